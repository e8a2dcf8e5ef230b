// The cases of npm's eventsource that a server has a part in, with that client, against a node. Environment: BASE, the
// node's address; ENDED, a job that has; OPEN, one that has not and stands still.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { createServer, connect } from 'node:net';
import { test } from 'node:test';

const { EventSource } = createRequire(`${process.cwd()}/`)('eventsource');
const { BASE, ENDED, OPEN } = process.env;
const TYPES = ['job.receiving', 'job.running', 'item.started', 'item.ended', 'item.retrying', 'job.completed', 'reset', 'heartbeat'];
const stream = (job, base = BASE) => `${base}/api/v1/jobs/${job}/events`;

/** A source that keeps its events and errors. */
function listen(t, url, options) {
  const source = new EventSource(url, options);
  t.after(() => source.close());
  const seen = { source, events: [], errors: [], opens: 0, unnamed: 0 };
  for (const type of TYPES) source.addEventListener(type, (event) => { if (type !== 'heartbeat') seen.events.push(event); });
  source.onmessage = () => seen.unnamed++;
  source.onopen = () => seen.opens++;
  source.onerror = (error) => seen.errors.push([source.readyState, error.code]);
  return seen;
}

async function until(what, condition) {
  for (const end = Date.now() + 20_000; !condition(); await new Promise((resolve) => { setTimeout(resolve, 10); })) {
    if (Date.now() > end) assert.fail(`did not come: ${what}`);
  }
}

/** Whole numbers from 1 on, each with its own id. */
function assertWhole(events) {
  assert.deepEqual(events.map((event) => JSON.parse(event.data).seq), events.map((_, i) => i + 1));
  for (const event of events) assert.equal(Number.parseInt(event.lastEventId, 10), JSON.parse(event.data).seq);
}

test('can connect, and receives named events with their properties', async (t) => {
  const seen = listen(t, stream(ENDED));
  assert.equal(seen.source.readyState, EventSource.CONNECTING);
  await until('the last event', () => seen.events.at(-1)?.type === 'job.completed');
  assertWhole(seen.events);
  const [first] = seen.events;
  assert.deepEqual([first.type, JSON.parse(first.data).type, first.origin], ['job.receiving', 'job.receiving', BASE]);
  assert.match(first.lastEventId, /^1\.[0-9a-f]{8}$/);
  assert.equal(seen.unnamed, 0, 'no event without a name');
});

test('unicode comes as it was sent', async (t) => {
  const seen = listen(t, stream(ENDED));
  await until('the last event', () => seen.events.at(-1)?.type === 'job.completed');
  const titles = seen.events.filter((event) => event.type === 'item.ended').map((event) => JSON.parse(event.data).fields.title);
  assert.ok(titles.includes('é€😀\u2028\r\n\u0000 data: x'), titles.slice(0, 3).join());
});

test('closes on 204, which comes to who has the last event', async (t) => {
  const seen = listen(t, stream(ENDED));
  await until('closed', () => seen.source.readyState === EventSource.CLOSED);
  assert.deepEqual(seen.errors, [[EventSource.CONNECTING, undefined], [EventSource.CLOSED, 204]]);
  assert.equal(seen.opens, 1);
  assertWhole(seen.events);
});

test('gives up where there is no such job', async (t) => {
  const seen = listen(t, stream('00000000-0000-4000-8000-000000000000'));
  await until('closed', () => seen.source.readyState === EventSource.CLOSED);
  assert.deepEqual(seen.errors, [[EventSource.CLOSED, 404]]);
});

test('stays connected while nothing happens, and does not come back once closed', async (t) => {
  const seen = listen(t, stream(OPEN));
  await until('events', () => seen.events.length > 0);
  await new Promise((resolve) => { setTimeout(resolve, 700); });
  assert.deepEqual([seen.source.readyState, seen.opens, seen.errors.length], [EventSource.OPEN, 1, 0]);
  seen.source.close();
  const { length } = seen.events;
  await new Promise((resolve) => { setTimeout(resolve, 1500); });
  assert.deepEqual([seen.source.readyState, seen.opens, seen.events.length], [EventSource.CLOSED, 1, length]);
});

test('comes back with the last id, between whichever events it is cut', async (t) => {
  // A relay that lets each connection have more bytes than the one before, and cuts it then. Between two events: this
  // client takes what it has of an event at a cut for a whole one, which the format forbids.
  let budget = 0;
  const pauses = [];
  let cutAt = 0;
  const relay = createServer((client) => {
    if (cutAt) pauses.push(Date.now() - cutAt);
    const server = connect(new URL(BASE).port, '127.0.0.1');
    let left = budget += 1900;
    client.pipe(server);
    server.on('data', (bytes) => {
      const end = bytes.length < left ? -1 : bytes.indexOf('\n\n', Math.max(0, left));
      client.write(end < 0 ? bytes : bytes.subarray(0, end + 2));
      left -= bytes.length;
      if (end < 0) return;
      server.pause();
      setTimeout(() => { cutAt = Date.now(); client.destroy(); server.destroy(); }, 20);
    });
    for (const socket of [client, server]) socket.on('error', () => {}).on('close', () => { client.destroy(); server.destroy(); });
  });
  await new Promise((resolve) => { relay.listen(0, '127.0.0.1', resolve); });
  t.after(() => relay.close());
  const seen = listen(t, stream(ENDED, `http://127.0.0.1:${relay.address().port}`));
  await until('closed', () => seen.source.readyState === EventSource.CLOSED);
  assertWhole(seen.events);
  assert.equal(seen.events.at(-1).type, 'job.completed');
  assert.ok(seen.opens >= 3, `${seen.opens} connections`);
  assert.ok(pauses.every((ms) => ms >= 900), `comes back after the node's retry of a second: ${pauses}`);
});

test('goes on behind the id in the address; the one in the header wins', async (t) => {
  const whole = listen(t, stream(ENDED));
  await until('the last event', () => whole.events.at(-1)?.type === 'job.completed');
  const ids = whole.events.map((event) => event.lastEventId);
  const seen = listen(t, `${stream(ENDED)}?lastEventId=${ids[4]}`);
  await until('the last event', () => seen.events.at(-1)?.type === 'job.completed');
  assert.deepEqual(seen.events.map((event) => event.lastEventId), ids.slice(5));
  await until('closed by 204', () => seen.source.readyState === EventSource.CLOSED); // it came back to that address, with a header
  assert.equal(seen.events.length, ids.length - 5);
});

test('an id that the history does not have is answered by a reset', async (t) => {
  const seen = listen(t, `${stream(ENDED)}?lastEventId=3.ffffffff`);
  await until('closed', () => seen.source.readyState === EventSource.CLOSED);
  assert.deepEqual(seen.events.map((event) => event.type), ['reset']);
  const snapshot = JSON.parse(seen.events[0].data);
  assert.deepEqual([snapshot.id, snapshot.last_event], [ENDED, seen.events[0].lastEventId]);
});
