// A caller's watch: applies each event once and in order and calls the handlers, whatever the source of the events.

import { Link } from './link.js';
import { SharedLink, canShare } from './tabs.js';

const POLL_WAIT_MS = 20_000;
const DEFAULTS = { baseMs: 1000, capMs: 30_000, heartbeatMs: 15_000, betterAfterMs: 300_000 };
const WAYS = ['eventsource', 'fetch', 'websocket', 'polling'];

/** Adds the defaults and validates the options. */
function settingsOf(options, name) {
  const settings = {
    fetch: (...request) => globalThis.fetch(...request), // looked up at call time, and bound to the page
    EventSource: globalThis.document && globalThis.EventSource,
    WebSocket: globalThis.WebSocket,
    credentials: 'same-origin',
    waitMs: POLL_WAIT_MS,
    ...DEFAULTS,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  };
  for (const field of [...Object.keys(DEFAULTS), 'waitMs']) {
    if (!(settings[field] > 0)) throw new TypeError(`${name}: "${field}" must be a number of milliseconds above 0, not ${settings[field]}`);
  }
  if (settings.detail !== undefined && settings.detail !== 'totals') {
    throw new TypeError(`${name}: "detail" must be "totals" or unset, not ${settings.detail}`);
  }
  const wanted = settings.transports ?? [settings.EventSource && !settings.headers ? 'eventsource' : 'fetch', 'websocket', 'polling'];
  const unknown = wanted.find((way) => !WAYS.includes(way));
  if (unknown !== undefined) throw new TypeError(`${name}: "transports" must contain only ${WAYS.join(', ')}, not ${unknown}`);
  settings.transports = wanted.filter((way) => (way !== 'eventsource' || settings.EventSource) && (way !== 'websocket' || settings.WebSocket));
  if (settings.transports.length === 0) {
    throw new TypeError(`${name}: none of the transports ${wanted.join(', ')} is available; set the option "WebSocket" or "EventSource", or add "polling"`);
  }
  return settings;
}

export class Watch {
  constructor(address, sequence, options, name) {
    const settings = settingsOf(options, name);
    Object.assign(this, { sequence, handlers: options, state: 'connecting', detail: {}, over: false });
    const context = { address, sequence, settings };
    const on = {
      event: (event, id) => this.event(event, id),
      reset: (snapshot, id) => this.reset(snapshot, id),
      cursor: (id) => sequence.moveTo(id),
      state: (state, detail) => this.tell(state, detail),
      beat: () => {},
    };
    const shared = settings.share !== false && !settings.headers && canShare();
    this.link = shared ? new SharedLink(context, on, (to) => new Link(context, to)) : new Link(context, on);
    // The caller gets the handle before the first callback.
    queueMicrotask(() => { if (!this.over) this.link.start(); });
  }

  /** Applies an event if it is the next one; returns the verdict. */
  event(event, id) {
    if (this.over) return 'old';
    const verdict = this.sequence.judge(event);
    if (verdict === 'next') {
      this.sequence.apply(event, id);
      this.call('onEvent', event);
    }
    return verdict;
  }

  reset(snapshot, id) {
    if (this.over) return;
    this.sequence.reset(snapshot, id);
    this.call('onSnapshot', snapshot, this.sequence.cursor);
  }

  tell(state, detail) {
    if (this.over) return;
    const before = this.state;
    this.state = state;
    this.detail = detail;
    if (state === 'ended' || state === 'gone') this.over = true;
    if (before === 'live' && state !== 'live') this.call('onDisconnect', detail);
    if (before !== 'live' && state === 'live') this.call('onConnect', detail);
    if (state !== before || state === 'waiting') this.call('onState', state, detail);
  }

  /** Calls a handler; its exceptions are reported and do not stop the stream. */
  call(name, ...values) {
    try {
      this.handlers[name]?.(...values);
    } catch (error) {
      if (globalThis.reportError) globalThis.reportError(error);
      else queueMicrotask(() => { throw error; });
    }
  }

  close() {
    if (this.over) return;
    this.over = true;
    this.state = 'closed';
    this.link.close();
  }
}

/** Returns the public handle of a watch. */
export function handleOf(watch) {
  return {
    close: () => watch.close(),
    get state() { return watch.state; },
    get cursor() { return watch.sequence.cursor; },
    get transport() { return watch.detail.transport ?? null; },
    get retryAt() { return watch.state === 'waiting' ? watch.detail.retryAt : null; },
  };
}
