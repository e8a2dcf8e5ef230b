// Maintains one stream: connects, detects silence, pauses, resumes from the cursor, and changes the transport if one
// does not work.

import { NoPolling, pollNow, refusal, take } from './answers.js';
import { Backoff } from './backoff.js';
import { openEventSource } from './eventsource.js';
import { openFetchStream } from './fetch-stream.js';
import { openPolling } from './polling.js';
import { openWebSocket } from './websocket.js';

const OPEN = { eventsource: openEventSource, fetch: openFetchStream, websocket: openWebSocket, polling: openPolling };
const STRIKES = 2; // failures without data, while the server responds otherwise, before the next transport is tried
const RESUMED_MS = 300; // the longest pause after the browser is online again

export class Link {
  /**
   * @param context address, sequence and settings
   * @param on callbacks: event(event, id) returns the sequence's verdict; reset(snapshot, id); cursor(id); state(state,
   *     detail); beat() at each sign of life
   */
  constructor(context, on) {
    Object.assign(this, { ...context, context, on, attempt: null, timer: null, closed: false });
    this.ways = [...this.settings.transports];
    this.way = 0; // the index of the current transport
    this.strikes = 0;
    this.hole = { place: '', times: 0 };
    this.backoff = new Backoff(this.settings);
    this.online = () => { if (this.timer && !this.attempt) this.wait(Math.random() * RESUMED_MS); };
    this.offline = () => { if (this.attempt?.stream) this.over(this.attempt, { reason: 'offline' }); };
  }

  /**
   * @param state 'connecting', or 'reconnecting' if another tab had the stream before
   */
  start(state = 'connecting') {
    globalThis.addEventListener?.('online', this.online);
    globalThis.addEventListener?.('offline', this.offline);
    this.connect(state);
  }

  close() {
    this.closed = true;
    globalThis.removeEventListener?.('online', this.online);
    globalThis.removeEventListener?.('offline', this.offline);
    this.drop();
  }

  drop() {
    const { attempt } = this;
    this.attempt = null; // first, so that later callbacks of the old attempt are ignored
    clearTimeout(this.timer);
    this.timer = null;
    attempt?.stream?.close();
  }

  say(state, detail = {}) {
    if (!this.closed) this.on.state(state, { transport: this.ways[this.way], ...detail });
  }

  connect(state = 'reconnecting') {
    this.drop();
    if (this.way > 0 && this.betterIsDue()) {
      this.way = 0;
      this.strikes = STRIKES - 1; // one more failure, and it is left again
    }
    const kind = this.ways[this.way];
    const attempt = this.attempt = { kind, fruitful: false, heard: Date.now() };
    this.say(state);
    this.watch(attempt);
    const handlers = {
      opened: () => { attempt.heard = Date.now(); this.say('live'); },
      heard: () => this.heard(attempt),
      event: (event, id) => this.event(event, id),
      reset: (snapshot, id) => this.on.reset(snapshot, id),
      cursor: (id) => this.on.cursor(id),
      retry: (ms) => { attempt.heard = Date.now(); this.backoff.retry(ms); },
      reconnecting: () => { Object.assign(attempt, { heard: Date.now(), fruitful: false }); this.say('reconnecting', { reason: 'cut' }); },
      between: () => this.between(),
      over: (why) => this.over(attempt, why),
    };
    for (const [name, handler] of Object.entries(handlers)) {
      handlers[name] = (...values) => (this.attempt === attempt ? handler(...values) : undefined);
    }
    try {
      attempt.stream = OPEN[kind](this.context, handlers);
    } catch (error) {
      this.over(attempt, { reason: 'refused', error }); // such as a socket that the page's policy forbids
    }
  }

  heard(attempt) {
    attempt.heard = Date.now();
    attempt.fruitful = true;
    this.strikes = 0;
    this.backoff.reset();
    this.on.beat();
  }

  /** Ends an attempt after 2.5 heartbeats of silence. Timers may fire late, for example after the computer slept. */
  watch(attempt) {
    const { heartbeatMs, waitMs } = this.settings;
    const limit = 2.5 * heartbeatMs + (attempt.kind === 'polling' ? waitMs : 0);
    const left = attempt.heard + limit - Date.now();
    if (left <= 0) return this.over(attempt, { reason: 'silent' });
    this.timer = setTimeout(() => this.watch(attempt), left);
  }

  event(event, id) {
    const verdict = this.on.event(event, id);
    if (verdict === 'hole') this.missing(event);
    return verdict;
  }

  /**
   * Reconnects at a gap. If the gap remains, switches to a transport that delivers all types, then reads the job's
   * snapshot.
   */
  missing(event) {
    const place = this.sequence.placeOf(event);
    if (this.hole.place !== place) this.hole = { place, times: 0 };
    this.hole.times++;
    if (this.hole.times === 1) return this.connect();
    // EventSource never delivers a type without a listener.
    const at = this.ways.indexOf('eventsource');
    if (this.ways[this.way] === 'eventsource') {
      this.ways[at] = 'fetch';
      return this.connect();
    }
    this.drop();
    const busy = this.attempt = { kind: 'snapshot' };
    this.settings.fetch(this.address.snapshotUrl(event.job), {
      headers: this.settings.headers, credentials: this.settings.credentials, cache: 'no-store',
    }).then(async (response) => {
      if (response.status !== 200) return this.over(busy, await refusal(response));
      const snapshot = await response.json();
      if (this.attempt !== busy) return;
      this.on.reset(snapshot, null);
      this.connect();
    }).catch((error) => this.over(busy, { reason: 'unreachable', error }));
  }

  /** Returns whether to try a better transport instead of the next poll. */
  between() {
    if (!this.betterIsDue()) return false;
    this.connect();
    return true;
  }

  betterIsDue() {
    return this.way > 0 && Date.now() - this.since > this.settings.betterAfterMs;
  }

  over(attempt, why) {
    if (this.closed || this.attempt !== attempt) return;
    this.drop();
    if (why.ended) return this.finish('ended', why);
    if (why.gone) return this.finish('gone', why);
    const barren = attempt.kind in OPEN && !attempt.fruitful && why.reason !== 'offline' && why.reason !== 'rotated';
    if (barren) this.strikes += why.reason === 'silent' ? STRIKES : 1;
    this.doubt = this.sequence.terminal || barren || why.doubt;
    // After the last event, ask at once whether the cut was the end.
    if (this.sequence.terminal && attempt.kind in OPEN && attempt.fruitful) return this.ask();
    this.wait(this.backoff.next(why.floorMs), why);
  }

  wait(ms, { reason, status, message } = {}) {
    clearTimeout(this.timer);
    this.say('waiting', { retryAt: Date.now() + ms, reason, status, message });
    this.timer = setTimeout(() => (this.doubt ? this.ask() : this.connect()), ms);
  }

  /** Asks the server with a plain request, since a broken stream gives no reason. */
  async ask() {
    this.drop();
    const abort = new AbortController();
    const attempt = this.attempt = { kind: 'question', stream: { close: () => abort.abort() } };
    this.say('reconnecting');
    let answer;
    try {
      answer = await pollNow(this.context, abort);
    } catch (error) {
      answer = error instanceof NoPolling ? {} : { over: { reason: 'unreachable', error } };
    }
    if (this.attempt !== attempt) return;
    if (answer.over) {
      if (!answer.over.ended && !answer.over.gone) this.strikes = 0; // nothing gets through, whatever the transport
      return this.over(attempt, answer.over);
    }
    if (answer.events) {
      const handlers = { event: (event, id) => this.on.event(event, id), reset: this.on.reset, cursor: this.on.cursor };
      take(answer, handlers); // the stream will find a gap again
      if (this.attempt !== attempt) return;
      if (answer.ended) return this.finish('ended', { reason: 'ended' });
    }
    this.doubt = false;
    if (this.strikes >= STRIKES && this.way < this.ways.length - 1) {
      this.way++;
      this.strikes = 0;
      this.since = Date.now();
    }
    this.connect();
  }

  finish(state, { reason, status, message }) {
    this.say(state, { reason, status, message });
    this.close();
  }
}
