// Computes the pauses between attempts.

export class Backoff {
  /**
   * @param baseMs the upper bound of the first pause, doubled with each further one
   * @param capMs the limit of the upper bound
   * @param random returns numbers from 0 up to 1
   */
  constructor({ baseMs = 1000, capMs = 30_000, random = Math.random } = {}) {
    Object.assign(this, { baseMs, capMs, random, attempts: 0 });
  }

  /** Replaces the base by the server's reconnection time (`retry:`). */
  retry(ms) {
    this.baseMs = ms;
  }

  /** Starts again with a first pause after a success. */
  reset() {
    this.attempts = 0;
  }

  /**
   * Returns the next pause, random up to the upper bound ("full jitter"), so that many clients do not return at once.
   *
   * @param floorMs the server's minimum (`Retry-After`)
   */
  next(floorMs = 0) {
    const ceiling = Math.min(Math.max(this.capMs, this.baseMs), this.baseMs * 2 ** Math.min(this.attempts++, 30));
    return floorMs + this.random() * ceiling;
  }
}
