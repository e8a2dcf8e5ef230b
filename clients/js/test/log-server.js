// A server of event logs for tests: server-sent events, WebSocket and long polling as in docs/wire.md, with faults.

import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { acceptSocket } from './socket-server.js';

const END = ['job.completed', 'job.failed', 'job.cancelled'];
const hex = () => Math.floor(Math.random() * 2 ** 32).toString(16).padStart(8, '0');

export class LogServer {
  constructor() {
    this.jobs = new Map();
    this.changes = new EventEmitter().setMaxListeners(0);
    this.requests = []; // the method and address of each request
    this.before = () => false; // a fault: true if it has handled the request
    this.pass = () => true; // a fault: whether this event is sent
    this.budget = () => Infinity; // a fault: the bytes or frames after which a connection is cut
    this.heartbeatMs = 100;
    this.http = createServer((request, response) => this.answer(request, response));
    this.sockets = new Set();
    this.http.on('connection', (socket) => this.sockets.add(socket));
    this.http.on('upgrade', (request, socket) => this.upgrade(request, socket));
  }

  static async start() {
    const server = new LogServer();
    await new Promise((resolve) => { server.http.listen(0, '127.0.0.1', resolve); });
    server.url = `http://127.0.0.1:${server.http.address().port}`;
    return server;
  }

  async close() {
    const closed = new Promise((resolve) => { this.http.close(resolve); });
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  jobUrl(id) {
    return `${this.url}/api/v1/jobs/${id}`;
  }

  /** Appends an event to a job's log. */
  append(job, type, more = {}) {
    const log = this.log(job);
    const seq = log.base + log.events.length + 1;
    const event = { v: 1, id: `${seq}.${hex()}`, seq, type, job, gen: 1, ...more };
    log.events.push(event);
    this.changes.emit('change');
    return event;
  }

  log(job) {
    if (!this.jobs.has(job)) this.jobs.set(job, { base: 0, events: [] });
    return this.jobs.get(job);
  }

  /** Appends a complete job with n items. */
  fill(job, n) {
    for (let i = 1; i <= n; i++) this.append(job, 'item.ended', { row: i, key: `K${i} é€😀` });
    this.append(job, 'job.completed');
    return this.log(job).events;
  }

  snapshot(job) {
    const { base, events } = this.log(job);
    const last = events.at(-1);
    return { id: job, state: last && END.includes(last.type) ? last.type.slice(4) : 'running', last_event: last?.id ?? `${base}.${'0'.repeat(8)}` };
  }

  /** Returns the events after a cursor, or a reset if the cursor is unknown. */
  after(job, cursor) {
    const { base, events } = this.log(job);
    const at = cursor === null || cursor === '0' ? base : Number.parseInt(cursor, 10);
    const known = at === base ? base === 0 || cursor : events[at - base - 1]?.id === cursor;
    if (!known) return { reset: { id: this.snapshot(job).last_event, snapshot: this.snapshot(job) } };
    return { events: events.slice(at - base).filter((event) => this.pass(event)) };
  }

  ended(job, cursor) {
    const last = this.log(job).events.at(-1);
    return Boolean(last) && END.includes(last.type) && last.id === cursor;
  }

  /** Calls back on each change until closed. */
  follow(step) {
    this.changes.on('change', step);
    return () => this.changes.off('change', step);
  }

  answer(request, response) {
    const url = new URL(request.url, this.url);
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    if (this.before(request, response, url)) return;
    const [, job, rest] = /^\/api\/v1\/jobs\/([^/]+)(\/events)?$/.exec(url.pathname) ?? [];
    if (!job || !this.jobs.has(job)) return json(response, 404, { code: 'no_such_job', message: `there is no job "${job}"` });
    if (!rest) json(response, 200, this.snapshot(job));
    else if (url.searchParams.has('after')) this.poll(job, url, response);
    else this.stream(job, url.searchParams.get('lastEventId'), response);
  }

  stream(job, given, response) {
    if (this.ended(job, given)) return response.writeHead(204).end();
    let cursor = given;
    let left = this.budget();
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const write = (text) => {
      const bytes = Buffer.from(text).subarray(0, Math.max(0, left));
      left -= bytes.length;
      response.write(bytes);
      if (left <= 0) setImmediate(() => response.destroy()); // data already written is still sent
    };
    const frame = (type, id, data) => write(`event: ${type}\ndata: ${JSON.stringify(data)}\nid: ${id}\n\n`);
    write('event: heartbeat\ndata: {}\nretry: 20\n\n');
    const step = () => {
      const { reset, events } = this.after(job, cursor);
      if (reset) {
        frame('reset', cursor = reset.id, reset.snapshot);
        return void step();
      }
      for (const event of events) frame(event.type, cursor = event.id, event);
      if (this.ended(job, cursor) && left > 0) response.end();
    };
    const unfollow = this.follow(step);
    const beat = setInterval(() => write('event: heartbeat\ndata: {}\n\n'), this.heartbeatMs);
    response.on('close', () => { unfollow(); clearInterval(beat); });
    step();
  }

  poll(job, url, response) {
    const given = url.searchParams.get('after');
    const waitMs = Number.parseInt(url.searchParams.get('wait') ?? '0', 10);
    const limit = Number(url.searchParams.get('limit') ?? 256);
    let timer = null;
    const reply = (last) => {
      const { reset, events = [] } = this.after(job, given);
      if (!last && !reset && events.length === 0 && !this.ended(job, given)) return;
      unfollow();
      clearTimeout(timer);
      const some = events.slice(0, limit);
      const cursor = reset?.id ?? some.at(-1)?.id ?? given;
      if (this.budget() < 20) return response.destroy();
      json(response, 200, { ...(reset ? { reset } : { events: some }), last: cursor, ended: this.ended(job, cursor) });
    };
    const unfollow = this.follow(() => reply(false));
    response.on('close', () => { unfollow(); clearTimeout(timer); });
    timer = setTimeout(() => reply(true), waitMs);
    reply(waitMs === 0);
  }

  upgrade(request, socket) {
    const url = new URL(request.url, this.url);
    this.requests.push(`WS ${url.pathname}${url.search}`);
    if (this.before(request, socket, url)) return;
    const [, job] = /^\/api\/v1\/jobs\/([^/]+)\/ws$/.exec(url.pathname) ?? [];
    const peer = acceptSocket(request, socket);
    if (!job || !this.jobs.has(job)) return peer.end(4404, 'no_such_job');
    let cursor = url.searchParams.get('lastEventId');
    let left = Math.ceil(this.budget() / 60);
    const send = (frame) => {
      if (left-- > 0) peer.send(JSON.stringify(frame));
      else socket.destroy();
    };
    const step = () => {
      const { reset, events } = this.after(job, cursor);
      if (reset) {
        send({ v: 1, type: 'reset', ...reset });
        cursor = reset.id;
        return void step();
      }
      for (const event of events) {
        send(event);
        cursor = event.id;
      }
      if (this.ended(job, cursor)) peer.end(1000, 'ended');
    };
    const unfollow = this.follow(step);
    const beat = setInterval(() => peer.send('{"v":1,"type":"heartbeat"}'), this.heartbeatMs);
    socket.on('close', () => { unfollow(); clearInterval(beat); });
    step();
  }
}

/** Sends JSON. */
export function json(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  return true;
}
