// The WebSocket of the earlier CV system. Each batch_progress has a cursor, from which the next socket continues;
// messages since that cursor are then repeated by the server and dropped here.

import { socketUrl } from './address.js';
import { Backoff } from './backoff.js';

const DEFAULTS = { baseMs: 3000, capMs: 30_000, pingMs: 30_000 };

export class CvSocket {
  constructor(url, options) {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    Object.assign(this, { url, handlers: options, settings: { WebSocket: globalThis.WebSocket, ...DEFAULTS, ...given } });
    if (!this.settings.WebSocket) throw new TypeError('watchCvs: WebSocket is not available; set the option "WebSocket"');
    for (const field of Object.keys(DEFAULTS)) {
      if (!(this.settings[field] > 0)) throw new TypeError(`watchCvs: "${field}" must be a number of milliseconds above 0, not ${this.settings[field]}`);
    }
    this.backoff = new Backoff(this.settings);
    this.state = 'connecting';
    this.retryAt = null;
    this.cursor = null;
    this.since = new Set(); // the ids received since the cursor
    this.online = () => { if (this.state === 'waiting') this.connect(); };
    globalThis.addEventListener?.('online', this.online);
    queueMicrotask(() => { if (this.state !== 'closed') this.connect(); });
  }

  connect() {
    clearTimeout(this.timer);
    if (this.state !== 'connecting') this.tell('reconnecting');
    const socket = this.socket = new this.settings.WebSocket(this.address());
    const mine = (handle) => (event) => { if (socket === this.socket) handle(event); };
    this.heard = Date.now();
    this.pulse = setInterval(() => this.ping(), this.settings.pingMs);
    socket.onopen = mine(() => { this.heard = Date.now(); this.tell('live'); });
    socket.onerror = mine(() => this.lost({ code: 0, reason: 'unreachable' })); // no close event follows in Node.js 20
    socket.onclose = mine(({ code, reason }) => this.lost({ code, reason }));
    socket.onmessage = mine(({ data }) => {
      this.heard = Date.now();
      this.backoff.reset();
      const message = JSON.parse(data);
      if (message.type === 'pong' || message.type === 'heartbeat' || this.since.has(message.id)) return;
      if (message.id) this.since.add(message.id);
      if (message.cursor) {
        this.cursor = message.cursor;
        this.since.clear();
      }
      this.handlers.onMessage?.(message);
    });
  }

  address() {
    const address = new URL(socketUrl(this.url));
    if (this.cursor) address.searchParams.set('lastEventId', this.cursor);
    return address;
  }

  /** Sends a ping. Every ping is answered; a socket that is silent for two of them is dead. */
  ping() {
    if (Date.now() - this.heard > 2.5 * this.settings.pingMs) this.lost({ code: 0, reason: 'silent' });
    else if (this.socket.readyState === 1) this.socket.send('ping');
  }

  lost(detail) {
    this.drop();
    const pause = this.backoff.next();
    this.retryAt = Date.now() + pause;
    this.timer = setTimeout(() => this.connect(), pause);
    this.tell('waiting', { retryAt: this.retryAt, ...detail });
  }

  tell(state, detail = {}) {
    const before = this.state;
    this.state = state;
    if (before === 'live') this.handlers.onDisconnect?.(detail);
    if (state === 'live') this.handlers.onConnect?.();
    this.handlers.onState?.(state, detail);
  }

  drop() {
    const { socket } = this;
    this.socket = null;
    clearInterval(this.pulse);
    clearTimeout(this.timer);
    if (!socket) return;
    socket.onerror = () => {}; // closing a connecting socket raises an error
    socket.close();
  }

  close() {
    this.state = 'closed';
    globalThis.removeEventListener?.('online', this.online);
    this.drop();
  }
}
