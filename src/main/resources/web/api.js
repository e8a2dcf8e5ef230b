// What speaks to the server: calls, refusals, and the event stream of a job.

export const API = 'api/v1';
const SILENCE_MS = 45_000; // three missed heartbeats
// EventSource hands over only the types that are asked for, so all catalogued ones are: each has a number.
const TYPES = ['job.receiving', 'job.running', 'job.paused', 'job.resumed', 'job.completed', 'job.failed',
  'job.cancelled', 'job.retrying', 'item.started', 'item.ended', 'item.retrying', 'item.held', 'item.needs_human',
  'rows.rejected', 'rows.repeated'];

export const terminal = (state) => state === 'completed' || state === 'failed' || state === 'cancelled';
const seqOf = (cursor) => Number.parseInt(cursor ?? '0', 10) || 0;

/** A random UUID, also where the page came over plain HTTP and crypto.randomUUID is missing. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** A refusal in the API's words, or in ours where no answer of the API came. */
export class ApiError extends Error {
  constructor(status, body) {
    const line = body?.line && !/\bline\b/i.test(body.message) ? ` (line ${body.line})` : '';
    const otherwise = status === 0 ? 'The server cannot be reached. Check the connection and try again.'
      : `The server answered with status ${status}. Try again in a moment.`;
    super(body?.message ? body.message + line : otherwise);
    this.status = status;
    this.field = body?.field ?? null;
  }
}

/** Calls the API and answers its JSON; throws an {@link ApiError} for everything else. */
export async function api(path, options) {
  const response = await fetch(`${API}/${path}`, options).catch(() => { throw new ApiError(0); });
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) throw new ApiError(response.status, body);
  return body;
}

/** A job's path below the API's base, with what follows it. */
export const jobPath = (id, rest = '') => `jobs/${encodeURIComponent(id)}${rest}`;

/**
 * Hands over each event once and in order. EventSource reconnects by itself with Last-Event-ID; where it gives up,
 * or stays silent, a fresh one goes on from the same cursor after a growing, jittered pause.
 */
export class EventFeed {
  /**
   * @param {string} id the job's
   * @param {?string} cursor the id of the last event that is known, as the snapshot gives it
   * @param on what to call: event(event), reset(snapshot), ended(snapshot), gone(error), status()
   */
  constructor(id, cursor, on) {
    Object.assign(this, { id, cursor, on, seq: seqOf(cursor), attempts: 0, hole: -1 });
    this.connect();
  }

  connect() {
    this.close();
    this.heard = Date.now();
    const after = this.cursor ? `?lastEventId=${encodeURIComponent(this.cursor)}` : '';
    const source = this.source = new EventSource(`${API}/${jobPath(this.id, '/events')}${after}`);
    const hear = (handle) => (message) => {
      if (source !== this.source) return;
      this.heard = Date.now();
      this.attempts = 0;
      handle(message);
    };
    source.onopen = () => { this.status = 'live'; this.on.status(); };
    source.onerror = () => {
      if (source !== this.source) return;
      if (source.readyState === EventSource.CLOSED) return this.lost();
      this.status = 'reconnecting';
      this.on.status();
    };
    for (const type of TYPES) source.addEventListener(type, hear((message) => this.receive(message)));
    source.addEventListener('heartbeat', hear(() => {}));
    source.addEventListener('reset', hear((message) => {
      this.cursor = message.lastEventId;
      this.seq = seqOf(this.cursor);
      this.on.reset(JSON.parse(message.data));
    }));
  }

  /** Drops what is known already; at a hole asks again for what comes after the last one. */
  receive(message) {
    const event = JSON.parse(message.data);
    if (event.seq <= this.seq) return;
    if (event.seq > this.seq + 1 && this.hole !== this.seq) {
      this.hole = this.seq; // the same hole a second time is an event of a type that this page does not know
      return this.connect();
    }
    this.seq = event.seq;
    this.cursor = message.lastEventId;
    this.on.event(event);
  }

  lost() {
    this.close();
    this.status = 'waiting';
    const pause = Math.min(30_000, 500 * 2 ** this.attempts++) * (0.5 + Math.random() / 2);
    this.retryAt = Date.now() + pause;
    this.timer = setTimeout(() => this.retry(), pause);
    this.on.status();
  }

  async retry() {
    this.status = 'reconnecting';
    this.on.status();
    const timer = this.timer; // changes when somebody closes the feed meanwhile
    try {
      // EventSource does not say why it was closed; the snapshot does.
      const job = await api(jobPath(this.id));
      if (timer !== this.timer) return;
      if (terminal(job.state) && seqOf(job.last_event) <= this.seq) this.on.ended(job);
      else this.connect();
    } catch (e) {
      if (timer !== this.timer) return;
      if (e.status === 404 && this.attempts > 4) this.on.gone(e);
      else this.lost();
    }
  }

  /** Called once a second: notices a silent connection, and counts the pause down. */
  tick() {
    if (this.source && Date.now() - this.heard > SILENCE_MS) this.lost();
    if (this.status === 'waiting') this.on.status();
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.timer = this.source = null;
  }
}
