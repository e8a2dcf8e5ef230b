import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchCvs } from '../index.js';
import { pause, served, until } from './watching.js';
import { acceptSocket } from './socket-server.js';

async function sockets(t) {
  const server = await served(t);
  const peers = [];
  const pings = [];
  server.before = (request, socket, url) => {
    if (url.pathname !== '/api/v1/cv-processing/ws/42') return false;
    const peer = acceptSocket(request, socket);
    peer.behind = url.searchParams.get('lastEventId');
    peer.text = (text) => pings.push(text);
    peers.push(peer);
    return true;
  };
  return { server, peers, pings };
}

function listening(t, url, options = {}) {
  const seen = { messages: [], calls: [] };
  seen.handle = watchCvs(url, {
    baseMs: 20,
    pingMs: 300,
    onMessage: (message) => seen.messages.push(message),
    onConnect: () => seen.calls.push('connect'),
    onDisconnect: (detail) => seen.calls.push(`disconnect ${detail.code || detail.reason}`),
    ...options,
  });
  t.after(() => seen.handle.close());
  return seen;
}

test('passes messages on, pings, and comes back', async (t) => {
  const { server, peers, pings } = await sockets(t);
  const seen = listening(t, `${server.url}/api/v1/cv-processing/ws/42`);
  await until('a socket', () => seen.handle.state === 'live');
  const beat = setInterval(() => peers.at(-1).send('{"type":"pong"}'), 20);
  t.after(() => clearInterval(beat));
  peers[0].send('{"type":"heartbeat"}');
  peers[0].send('{"type":"cv_progress","id":1}');
  await until('a message', () => seen.messages.length === 1);
  await until('pings', () => pings.length >= 3);
  assert.deepEqual(new Set(pings), new Set(['ping']));
  peers[0].end(1012, 'restart');
  await until('a second socket', () => peers.length === 2);
  await until('live', () => seen.handle.state === 'live');
  peers[1].send('{"type":"batch_progress"}');
  await until('another message', () => seen.messages.length === 2);
  assert.deepEqual(seen.messages.map(({ type }) => type), ['cv_progress', 'batch_progress']);
  assert.deepEqual(seen.calls, ['connect', 'disconnect 1012', 'connect']);
});

test('goes on behind the last cursor, and drops what it has', async (t) => {
  const { server, peers } = await sockets(t);
  const seen = listening(t, server.url, { user: 42 });
  await until('a socket', () => seen.handle.state === 'live');
  const send = (peer, ...messages) => messages.forEach((message) => peer.send(JSON.stringify(message)));
  const cv = (seq) => ({ type: 'cv_progress', batch_id: 'b', id: `${seq}.0000000${seq}` });
  send(peers[0], cv(1), cv(2), { type: 'batch_progress', cursor: 'two' }, cv(3));
  await until('four messages', () => seen.messages.length === 4);
  peers[0].end(1012, 'restart');
  await until('a second socket', () => peers.length === 2 && seen.handle.state === 'live');
  assert.equal(peers[0].behind, null);
  assert.equal(peers[1].behind, 'two');
  send(peers[1], cv(3), cv(4), { type: 'batch_progress', cursor: 'four' }, cv(3));
  await until('the rest', () => seen.messages.length === 7);
  assert.deepEqual(seen.messages.map(({ id, cursor }) => id?.[0] ?? cursor), ['1', '2', 'two', '3', '4', 'four', '3']);
});

test('leaves a socket whose pings are not answered', async (t) => {
  const { server, peers } = await sockets(t);
  const seen = listening(t, server.url, { user: 42, pingMs: 150 });
  await until('another socket', () => peers.length >= 2);
  assert.deepEqual(seen.calls.slice(0, 2), ['connect', 'disconnect silent']);
});

test('its first pause is up to 3 s', async (t) => {
  const server = await served(t);
  await server.close();
  const pauses = [];
  const handle = watchCvs(server.url, { user: 'x', onState: (state, { retryAt }) => { if (state === 'waiting') pauses.push(retryAt - Date.now()); } });
  t.after(() => handle.close());
  await until('waiting', () => pauses.length === 1);
  assert.ok(pauses[0] <= 3000, String(pauses[0]));
});

test('closed means closed', async (t) => {
  const { server, peers } = await sockets(t);
  const seen = listening(t, server.url, { user: 42 });
  await until('a socket', () => seen.handle.state === 'live');
  seen.handle.close();
  await pause(100);
  assert.equal(peers.length, 1);
  assert.equal(seen.handle.state, 'closed');
});
