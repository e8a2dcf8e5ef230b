import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchUser } from '../index.js';
import { json } from './log-server.js';
import { acceptSocket } from './socket-server.js';
import { WAYS, pause, served, until, watching } from './watching.js';

/**
 * Serves the jobs of user u as one stream with the opaque cursor "at-<n>". Each connection is cut after some events and
 * resumes a few events before its cursor, like a coarse one.
 */
function serveUser(server, eventsEach) {
  const all = [];
  const from = (cursor) => Math.max(0, Number((cursor ?? 'at-0').slice(3)) - 3);
  const append = server.append.bind(server);
  server.append = (...values) => {
    const event = append(...values);
    all.push(event);
    server.changes.emit('change');
    return event;
  };
  server.before = (request, answer, url) => {
    const rest = /^\/api\/v1\/users\/u\/(events|ws)$/.exec(url.pathname)?.[1];
    if (!rest) return false;
    const after = url.searchParams.get('after');
    if (after !== null) {
      const events = all.slice(from(after), from(after) + eventsEach);
      return json(answer, 200, { events, last: `at-${from(after) + events.length}`, ended: false });
    }
    let at = from(url.searchParams.get('lastEventId'));
    let left = eventsEach;
    const peer = rest === 'ws' ? acceptSocket(request, answer) : null;
    if (!peer) answer.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: heartbeat\ndata: {}\nretry: 5\n\n');
    const step = () => {
      const batch = all.slice(at, at + left);
      for (const event of batch) {
        at++;
        left--;
        if (peer) peer.send(JSON.stringify(event));
        else answer.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\nid: at-${at}\n\n`);
      }
      if (peer && batch.length > 0) peer.send(JSON.stringify({ v: 1, type: 'cursor', id: `at-${at}` }));
      if (left === 0) answer.end();
    };
    const beat = setInterval(() => (peer ? peer.send('{"v":1,"type":"heartbeat"}') : answer.write('event: heartbeat\ndata: {}\n\n')), 50);
    const unfollow = server.follow(step);
    answer.on('close', () => { unfollow(); clearInterval(beat); });
    step();
    return true;
  };
}

for (const way of WAYS) {
  test(`${way}: the numbers of each job of a user, without a hole or a repeat`, async (t) => {
    const server = await served(t);
    serveUser(server, 11);
    for (let i = 0; i < 60; i++) server.append(['a', 'b', 'c'][i % 3], 'item.started');
    const seen = watching(t, `${server.url}/api/v1/users/u`, { transports: [way], capMs: 20 }, watchUser);
    await until('half of it', () => seen.events.length === 60);
    server.append('a', 'job.completed');
    for (let i = 0; i < 20; i++) server.append('b', 'item.ended');
    await until('all of it', () => seen.events.length === 81);
    for (const job of ['a', 'b', 'c']) {
      assert.deepEqual(seen.events.filter((event) => event.job === job), server.log(job).events);
    }
    assert.notEqual(seen.handle.state, 'ended');
    assert.match(seen.handle.cursor, /^at-\d+$/);
  });
}

test('a hole in one job of many becomes a snapshot of that job', async (t) => {
  const server = await served(t);
  serveUser(server, 1000);
  server.append('a', 'job.running');
  server.append('b', 'job.running');
  const before = server.append;
  const seen = watching(t, server.url, { user: 'u' }, watchUser);
  await until('both', () => seen.events.length === 2);
  server.log('a').events.push({ ...server.log('a').events[0], seq: 2, id: '2.00000000' }); // without a notification
  before('a', 'item.ended');
  before('b', 'item.ended');
  await until('a snapshot', () => seen.snapshots.length === 1);
  assert.equal(seen.snapshots[0].id, 'a');
  assert.ok(server.requests.includes('GET /api/v1/jobs/a'));
  before('a', 'job.completed');
  await until('the rest', () => seen.events.length === 4);
  assert.deepEqual(seen.events.slice(2).map(({ job, seq }) => `${job}${seq}`).sort(), ['a4', 'b2']);
});

test('whose jobs is in the address or an option', async (t) => {
  const server = await served(t);
  serveUser(server, 1000);
  watching(t, `${server.url}/`, { user: 'u/v w' }, watchUser);
  await until('a request', () => server.requests.length > 0);
  assert.equal(server.requests[0], 'GET /api/v1/users/u%2Fv%20w/events');
  assert.throws(() => watchUser(server.url), /watchUser: the user is missing; use …\/api\/v1\/users\/<user> as the URL, or set the option "user"/);
  await pause(10);
});
