// How long to wait before the next attempt.

export class Backoff {
  /**
   * @param baseMs the ceiling of the first pause; each further one is twice as high
   * @param capMs no ceiling is higher
   * @param random numbers from 0 up to 1
   */
  constructor({ baseMs = 1000, capMs = 30_000, random = Math.random } = {}) {
    Object.assign(this, { baseMs, capMs, random, attempts: 0 });
  }

  /** Takes the server's wish (`retry:`) in place of the base. */
  retry(ms) {
    this.baseMs = ms;
  }

  /** Something has worked: the next pause is a first one. */
  reset() {
    this.attempts = 0;
  }

  /**
   * The next pause: anything up to the ceiling ("full jitter"), so that many clients come back one by one.
   *
   * @param floorMs what the server wants to be left alone for (`Retry-After`)
   */
  next(floorMs = 0) {
    const ceiling = Math.min(Math.max(this.capMs, this.baseMs), this.baseMs * 2 ** Math.min(this.attempts++, 30));
    return floorMs + this.random() * ceiling;
  }
}
