// One stream for all tabs of a browser. The tab that holds a lock has the stream and broadcasts its events; when it
// closes or crashes, the browser gives the lock to the next tab, which resumes from its own cursor. A tab fetches what
// it lacks from the server, so that the tabs need no shared memory.

import { pollNow, take } from './answers.js';

const BEAT_MS = 1000; // the shortest interval of broadcast signs of life
const MOST_WAITING = 10_000; // the limit of events queued while a tab catches up

/** Returns whether sharing is possible: locks only exist on https and localhost. */
export const canShare = () => Boolean(globalThis.document && globalThis.navigator?.locks && globalThis.BroadcastChannel);

export class SharedLink {
  /**
   * @param context address, sequence and settings
   * @param on the callbacks of a Link
   * @param newLink creates the leading tab's link
   */
  constructor(context, on, newLink) {
    Object.assign(this, { ...context, context, on, newLink });
    this.name = `rowhound ${this.address.events(null)}`;
    this.me = `${Date.now()}-${Math.random()}`;
    this.known = { state: 'connecting' }; // the leading tab's latest state
  }

  start() {
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = ({ data }) => { if (data.from !== this.me) this.hear(data); };
    this.on.state('connecting', { shared: true });
    this.follow();
  }

  close() {
    this.closed = true;
    this.stopFollowing();
    this.link?.close();
    this.release?.();
    this.channel?.close();
  }

  post(kind, message = {}) {
    if (!this.closed) this.channel.postMessage({ ...message, kind, from: this.me });
  }

  /** Waits for the lock and asks the leading tab for its state. */
  follow() {
    this.queue = new AbortController();
    this.hold({ signal: this.queue.signal });
    this.heard = Date.now();
    this.watch();
    this.catchingUp = null;
    this.post('hello');
  }

  stopFollowing() {
    this.queue?.abort();
    this.queue = null;
    clearTimeout(this.timer);
    this.catchingUp?.abort.abort();
    this.catchingUp = null;
  }

  /** Takes the lock when it is free, and leads while holding it. */
  hold(options) {
    let held = false;
    const leading = async () => {
      if (this.closed) return;
      held = true;
      this.lead();
      await new Promise((resolve) => { this.release = resolve; });
    };
    navigator.locks.request(this.name, options, leading).catch(() => {
      // Another tab has stolen the lock, since this one was frozen and silent.
      if (!held || this.closed) return;
      this.release();
      this.link.close();
      this.link = null;
      this.follow();
    });
  }

  lead() {
    this.queue = null; // the lock was granted; there is nothing to abort
    this.stopFollowing();
    let beaten = 0;
    const passOn = (kind, message) => this.post(kind, { ...message, cursor: this.sequence.cursor });
    this.link = this.newLink({
      event: (event, id) => {
        // Broadcast first: a callback may close this tab's watch.
        if (this.sequence.judge(event) === 'next') this.post('event', { event, id });
        return this.on.event(event, id);
      },
      reset: (snapshot, id) => {
        this.post('reset', { snapshot, id });
        this.on.reset(snapshot, id);
      },
      cursor: (id) => {
        this.post('cursor', { id });
        this.on.cursor(id);
      },
      state: (state, detail) => {
        this.known = { state, detail };
        passOn('state', this.known);
        this.on.state(state, { ...detail, shared: true });
        if (state === 'ended' || state === 'gone') this.close();
      },
      beat: () => {
        if (Date.now() - beaten < BEAT_MS) return;
        beaten = Date.now();
        this.post('beat');
      },
    });
    this.link.start(this.known.state === 'connecting' ? 'connecting' : 'reconnecting');
  }

  /** Handles another tab's message. */
  hear(message) {
    if (message.kind === 'hello') {
      if (this.link) this.post('state', { ...this.known, cursor: this.sequence.cursor });
      return;
    }
    if (this.link || this.closed) return; // a late message of a former leader
    this.heard = Date.now();
    if (message.kind === 'state') this.hearState(message);
    else if (this.catchingUp) this.putBack(message);
    else this.apply(message);
  }

  hearState({ state, detail, cursor }) {
    if (state === 'gone') {
      this.on.state(state, { ...detail, shared: true });
      return this.close();
    }
    this.known = { state, detail, cursor };
    if (this.catchingUp) return;
    if (this.sequence.behind(cursor)) this.catchUp();
    else this.settle();
  }

  /** Reports the leading tab's state, once this tab has the same events. */
  settle() {
    const { state, detail } = this.known;
    // After the end the lock is free: a tab that lacks events then leads and fetches them.
    this.on.state(state, { ...detail, shared: true });
    if (state === 'ended') this.close();
  }

  apply({ kind, event, snapshot, id }) {
    if (kind === 'event') {
      if (this.on.event(event, id) === 'hole') this.catchUp();
    } else if (kind === 'reset') this.on.reset(snapshot, id);
    else if (kind === 'cursor') this.on.cursor(id);
  }

  putBack(message) {
    const { waiting } = this.catchingUp;
    if (waiting.length < MOST_WAITING) waiting.push(message);
    else this.catchingUp.overflown = true;
  }

  /** Fetches the events after this tab's cursor; queues broadcast events meanwhile. */
  async catchUp() {
    const { cursor } = this.known;
    const mine = this.catchingUp = { abort: new AbortController(), waiting: [], overflown: false };
    const current = () => this.catchingUp === mine && !this.closed;
    try {
      let body;
      do {
        body = await pollNow(this.context, mine.abort);
        if (!current()) return;
        if (body.over || !take(body, this.on)) throw new Error(body.over?.reason ?? 'hole');
        if (!current()) return;
      } while (body.events.length > 0 && this.sequence.behind(cursor));
    } catch {
      // Continue alone: this tab's own link handles the problem.
      if (current()) this.leave();
      return;
    }
    this.catchingUp = null;
    if (mine.overflown) return this.catchUp();
    for (const message of mine.waiting) {
      if (this.catchingUp) this.putBack(message);
      else this.apply(message);
    }
    if (!this.catchingUp) this.settle();
  }

  leave() {
    this.stopFollowing();
    this.channel.close();
    this.post = () => {};
    this.link = this.newLink(this.on);
    this.link.start();
  }

  /** Steals the lock from a leading tab that has been silent for too long, such as a frozen one. */
  watch() {
    const { heartbeatMs, waitMs } = this.settings;
    const expected = Math.max(this.heard, this.known.detail?.retryAt ?? 0);
    const left = expected + (2.5 + Math.random()) * heartbeatMs + waitMs - Date.now();
    if (left > 0) {
      this.timer = setTimeout(() => this.watch(), left);
      return;
    }
    this.queue.abort();
    this.hold({ steal: true });
  }
}
