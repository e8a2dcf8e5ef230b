// Where a watcher stands: which numbers it has, and the cursor behind which it goes on.

const END = new Set(['completed', 'failed', 'cancelled']);
const seqOf = (cursor) => Number.parseInt(cursor ?? '0', 10) || 0;
const isEnd = ({ type, state }) => (type === 'totals' ? END.has(state) : type.startsWith('job.') && END.has(type.slice(4)));

/** One job's numbers, 1 to N. */
export class JobSequence {
  /** @param {?string} cursor the id of the last event that is known */
  constructor(cursor) {
    Object.assign(this, { cursor: cursor || null, seq: seqOf(cursor), terminal: false });
  }

  /** What to do with an event: 'next' is to be applied, 'old' dropped, and at a 'hole' one is missing before it. */
  judge(event) {
    // Totals have no 1..N; they say through which number they count.
    if (event.type === 'totals') return event.through > this.seq ? 'next' : 'old';
    // What has no number, such as item.progress, belongs to no sequence.
    if (event.seq === undefined || event.seq <= this.seq) return 'old';
    return event.seq === this.seq + 1 ? 'next' : 'hole';
  }

  /** Names the place of a hole, so that the same one is recognised. */
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

  /** A cursor that came by itself. */
  moveTo(id) {
    this.cursor = id || this.cursor;
  }

  /** Whether somebody who stands there has told everything that this watcher has yet to get. */
  behind(cursor) {
    return cursor !== this.cursor && seqOf(cursor) >= this.seq;
  }
}

/** The numbers of all jobs of a user; the cursor means nothing to anybody but the server. */
export class UserSequence {
  constructor(cursor) {
    Object.assign(this, { cursor: cursor || null, seqs: new Map(), terminal: false });
  }

  judge(event) {
    const seq = this.seqs.get(event.job);
    if (seq === undefined) return 'next'; // the stream begins wherever the cursor stood
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

  /** Numbers of the jobs heard of last; a page that stays open for months meets many. */
  remember(job, seq) {
    this.seqs.delete(job);
    this.seqs.set(job, seq);
    if (this.seqs.size > 10_000) this.seqs.delete(this.seqs.keys().next().value);
  }
}
