// The position of a watcher: the numbers it has seen, and the cursor to resume from.

const END = new Set(['completed', 'failed', 'cancelled']);
const seqOf = (cursor) => Number.parseInt(cursor ?? '0', 10) || 0;
const isEnd = ({ type, state }) => (type === 'totals' ? END.has(state) : type.startsWith('job.') && END.has(type.slice(4)));

/** The event numbers of one job, 1 to N. */
export class JobSequence {
  /** @param {?string} cursor the id of the last event that is known */
  constructor(cursor) {
    Object.assign(this, { cursor: cursor || null, seq: seqOf(cursor), terminal: false });
  }

  /** Judges an event: 'next' must be applied, 'old' dropped, and before a 'hole' one is missing. */
  judge(event) {
    // Totals have no number; they name the last number they include.
    if (event.type === 'totals') return event.through > this.seq ? 'next' : 'old';
    // Events without a number, such as item.progress, are not part of the sequence.
    if (event.seq === undefined || event.seq <= this.seq) return 'old';
    return event.seq === this.seq + 1 ? 'next' : 'hole';
  }

  /** Returns the position of a hole, to recognise it. */
  placeOf() {
    return String(this.seq);
  }

  apply(event, id) {
    this.seq = event.type === 'totals' ? event.through : event.seq;
    this.cursor = id || event.id || this.cursor;
    this.terminal = isEnd(event);
  }

  reset(snapshot, id) {
    this.cursor = id || snapshot.last_event || null;
    this.seq = seqOf(this.cursor);
    this.terminal = END.has(snapshot.state);
  }

  /** Moves to a cursor that came without an event. */
  moveTo(id) {
    this.cursor = id || this.cursor;
  }

  /** Returns whether a tab at that cursor has already received events that this watcher lacks. */
  behind(cursor) {
    return cursor !== this.cursor && seqOf(cursor) >= this.seq;
  }
}

/** The event numbers of all jobs of a user; the cursor is opaque. */
export class UserSequence {
  constructor(cursor) {
    Object.assign(this, { cursor: cursor || null, seqs: new Map(), terminal: false });
  }

  judge(event) {
    const seq = this.seqs.get(event.job);
    if (seq === undefined) return 'next'; // the stream may begin anywhere
    const number = event.type === 'totals' ? event.through : event.seq;
    if (number <= seq) return 'old';
    return number === seq + 1 || event.type === 'totals' ? 'next' : 'hole';
  }

  placeOf(event) {
    return `${event.job} ${this.seqs.get(event.job)}`;
  }

  apply(event, id) {
    this.remember(event.job, event.type === 'totals' ? event.through : event.seq);
    this.moveTo(id);
  }

  reset(snapshot, id) {
    this.remember(snapshot.id, seqOf(snapshot.last_event));
    this.moveTo(id);
  }

  moveTo(id) {
    this.cursor = id || this.cursor;
  }

  behind(cursor) {
    return cursor !== this.cursor;
  }

  /** Keeps the numbers of the most recent jobs; a page that stays open for months sees many. */
  remember(job, seq) {
    this.seqs.delete(job);
    this.seqs.set(job, seq);
    if (this.seqs.size > 10_000) this.seqs.delete(this.seqs.keys().next().value);
  }
}
