import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { watch } from '../index.js';
import { json } from './log-server.js';
import { numbers } from './numbers.js';
import { WAYS, ended, pause, served, until, watching } from './watching.js';

// The tests mostly wait, so several run concurrently.
describe('a watch', { concurrency: 4 }, () => {
  for (const way of WAYS) {
    const only = { transports: [way] };

    test(`${way}: every event once and in order, to the end`, async (t) => {
      const server = await served(t);
      const log = server.fill('a', 300);
      const seen = watching(t, server.jobUrl('a'), only);
      await ended(seen);
      assert.deepEqual(seen.events, log);
      assert.deepEqual([seen.connects, seen.disconnects], [1, 1]);
      assert.equal(seen.handle.cursor, log.at(-1).id);
      const requests = server.requests.length;
      await pause(100);
      assert.equal(server.requests.length, requests, 'asked after the end');
    });

    test(`${way}: what comes later is told when it comes, from the cursor given`, async (t) => {
      const server = await served(t);
      const first = server.append('a', 'job.running');
      const seen = watching(t, server.jobUrl('a'), { ...only, lastEventId: first.id });
      await until('live', () => seen.handle.state === 'live');
      assert.equal(seen.handle.transport, way);
      const second = server.append('a', 'item.started');
      await until('an event', () => seen.events.length === 1);
      await pause(50);
      const third = server.append('a', 'job.cancelled');
      await ended(seen);
      assert.deepEqual(seen.events, [second, third]);
    });

    test(`${way}: cut at any byte, again and again`, async (t) => {
      for (let seed = 1; seed <= 2; seed++) {
        const next = numbers(seed);
        const server = await served(t);
        const writer = setInterval(() => { if (server.log('a').events.length < 150) server.append('a', 'item.ended', { key: 'é€😀' }); }, 2);
        t.after(() => clearInterval(writer));
        server.append('a', 'job.running');
        server.budget = () => 200 + Math.floor(next() * 1500);
        const seen = watching(t, server.jobUrl('a'), only);
        await until('150 events', () => seen.events.length === 150);
        clearInterval(writer);
        server.append('a', 'job.completed');
        await ended(seen);
        assert.deepEqual(seen.events, server.log('a').events, `seed ${seed}`);
        assert.equal(seen.snapshots.length, 0);
      }
    });

    test(`${way}: a reset is a snapshot, and the numbers go on behind it`, async (t) => {
      const server = await served(t);
      server.append('a', 'job.running');
      server.append('a', 'item.started');
      const seen = watching(t, server.jobUrl('a'), { ...only, lastEventId: '7.00000000' });
      await until('a snapshot', () => seen.snapshots.length === 1);
      assert.deepEqual(seen.snapshots, [server.snapshot('a')]);
      assert.deepEqual(seen.events, []);
      const third = server.append('a', 'job.completed');
      await ended(seen);
      assert.deepEqual(seen.events, [third]);
    });

    test(`${way}: asks again at a hole`, async (t) => {
      const server = await served(t);
      const log = server.fill('a', 20);
      let sent = 0;
      server.pass = (event) => event.seq !== 10 || sent++ > 0;
      const seen = watching(t, server.jobUrl('a'), only);
      await ended(seen);
      assert.deepEqual(seen.events, log);
    });

    test(`${way}: a hole that stays becomes a snapshot`, async (t) => {
      const server = await served(t);
      server.fill('a', 20);
      server.pass = (event) => event.seq !== 10;
      const seen = watching(t, server.jobUrl('a'), only);
      await ended(seen);
      assert.deepEqual(seen.events.map((event) => event.seq), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
      assert.deepEqual(seen.snapshots, [server.snapshot('a')]);
    });

    test(`${way}: the end of an earlier pass is not the end`, async (t) => {
      const server = await served(t);
      server.append('a', 'job.completed');
      const seen = watching(t, server.jobUrl('a'), { ...only, lastEventId: server.append('a', 'job.retrying', { gen: 2 }).id });
      let held = true;
      server.pass = (event) => !held || event.seq === 1;
      const earlier = watching(t, server.jobUrl('a'), only);
      await until('one event', () => earlier.events.length === 1);
      held = false;
      for (const socket of server.sockets) socket.destroy(); // right after the first end
      await until('both events', () => earlier.events.length === 2);
      await until('both live', () => earlier.handle.state === 'live' && seen.handle.state === 'live');
      server.append('a', 'job.completed', { gen: 2 });
      await Promise.all([ended(seen), ended(earlier)]);
      assert.equal(earlier.events.length, 3);
    });

    test(`${way}: nothing left to tell`, async (t) => {
      const server = await served(t);
      const log = server.fill('a', 2);
      const seen = watching(t, server.jobUrl('a'), { ...only, lastEventId: log.at(-1).id });
      await ended(seen);
      assert.deepEqual(seen.events, []);
    });

    test(`${way}: there is no such job`, async (t) => {
      const server = await served(t);
      const seen = watching(t, server.jobUrl('nobody'), only);
      await until('gone', () => seen.handle.state === 'gone');
      await pause(100);
      assert.equal(server.requests.length, 1);
    });

    test(`${way}: after closing nothing is asked and nothing told`, async (t) => {
      const server = await served(t);
      server.append('a', 'job.running');
      const seen = watching(t, server.jobUrl('a'), only);
      await until('live', () => seen.events.length === 1);
      seen.handle.close();
      const { states } = seen;
      const told = states.length;
      server.append('a', 'item.started');
      server.http.closeAllConnections();
      const requests = server.requests.length;
      await pause(150);
      assert.equal(server.requests.length, requests);
      assert.equal(seen.events.length, 1);
      assert.equal(states.length, told);
      assert.equal(seen.handle.state, 'closed');
    });
  }

  test('a silent connection is left after 2.5 heartbeats', async (t) => {
    const server = await served(t);
    server.append('a', 'job.running');
    server.heartbeatMs = 60_000;
    const seen = watching(t, server.jobUrl('a'), { transports: ['fetch'] });
    await until('live', () => seen.handle.state === 'live');
    server.heartbeatMs = 50; // for connections from now on
    const since = Date.now();
    await until('silence noticed', () => seen.details.some((detail) => detail.reason === 'silent'));
    assert.ok(Date.now() - since >= 900, `after ${Date.now() - since} ms`);
    await until('live again', () => seen.connects >= 2);
    const connects = seen.connects;
    await pause(1300);
    assert.equal(seen.connects, connects, 'heartbeats keep it');
  });

  test('where server-sent events are held back, a socket takes over, and then polling', async (t) => {
    const server = await served(t);
    const log = server.fill('a', 5);
    const held = [];
    server.before = (request, response, url) => {
      if (!url.pathname.endsWith('/events') || url.searchParams.has('after')) return false;
      held.push(response); // like a proxy that waits for a full buffer
      return true;
    };
    const seen = watching(t, server.jobUrl('a'));
    await ended(seen);
    assert.deepEqual(seen.events, log);

    server.append('b', 'job.running');
    const other = watching(t, server.jobUrl('b'));
    await until('the socket', () => other.handle.transport === 'websocket' && other.handle.state === 'live');
    const before = server.before;
    server.before = (request, response, url) => {
      if (url.pathname.endsWith('/ws')) response.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      return url.pathname.endsWith('/ws') || before(request, response, url);
    };
    const third = watching(t, server.jobUrl('b'));
    await until('polling', () => third.handle.transport === 'polling' && third.handle.state === 'live');
    server.append('b', 'job.completed');
    await Promise.all([ended(other), ended(third)]);
    assert.deepEqual(third.events, server.log('b').events);
  });

  test('a better way is tried again after a while', async (t) => {
    const server = await served(t);
    server.append('a', 'job.running');
    let open = false;
    server.before = (request, response, url) => {
      if (open || request.headers.accept !== 'text/event-stream') return false;
      return json(response, 403, {});
    };
    const seen = watching(t, server.jobUrl('a'), { transports: ['fetch', 'polling'], betterAfterMs: 300 });
    await until('polling', () => seen.handle.transport === 'polling' && seen.handle.state === 'live');
    open = true;
    await until('the stream', () => seen.handle.transport === 'fetch' && seen.handle.state === 'live');
    server.append('a', 'job.completed');
    await ended(seen);
    assert.deepEqual(seen.events, server.log('a').events);
  });

  test('while nothing gets through, no way of transport is blamed', async (t) => {
    const server = await served(t);
    server.append('a', 'job.running');
    server.before = (request, response) => {
      return request.headers.upgrade ? Boolean(response.destroy()) : json(response, 502, { from: 'a proxy' });
    };
    const seen = watching(t, server.jobUrl('a'));
    await until('many attempts', () => seen.states.filter((state) => state === 'waiting').length >= 8);
    server.before = () => false;
    await until('live', () => seen.handle.state === 'live');
    assert.equal(seen.handle.transport, 'fetch');
  });

  test('nor where it comes and goes', async (t) => {
    const server = await served(t);
    server.append('a', 'job.running');
    // Each stream is refused, and so is the poll after it; the next poll succeeds.
    let refusals = 6;
    let polls = 0;
    server.before = (request, response, url) => {
      const refused = refusals > 0 && (!url.searchParams.has('after') || polls++ % 2 === 0);
      return refused && Boolean(refusals--) && json(response, 502, {});
    };
    const seen = watching(t, server.jobUrl('a'), { transports: ['fetch', 'polling'] });
    await until('live', () => seen.handle.state === 'live');
    assert.equal(seen.handle.transport, 'fetch');
  });

  test('a 404 that is not of the server does not end the watch', async (t) => {
    const server = await served(t);
    const log = server.fill('a', 3);
    let refused = 0;
    server.before = (request, response) => refused++ < 3 && Boolean(response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not found</h1>'));
    const seen = watching(t, server.jobUrl('a'));
    await ended(seen);
    assert.deepEqual(seen.events, log);
  });

  test('Retry-After is waited for, and what was said is passed on', async (t) => {
    const server = await served(t);
    server.fill('a', 3);
    let times = 0;
    server.before = (request, response) => times++ === 0 && json(response, 503, { message: 'Redis is away' }, { 'retry-after': '1' });
    const since = Date.now();
    const seen = watching(t, server.jobUrl('a'));
    await until('waiting', () => seen.handle.state === 'waiting');
    assert.ok(seen.handle.retryAt >= since + 1000);
    assert.deepEqual({ ...seen.details.at(-1), retryAt: 0 }, { transport: 'fetch', retryAt: 0, reason: 'refused', status: 503, message: 'Redis is away' });
    await ended(seen);
    assert.ok(Date.now() - since >= 1000);
  });

  test("the server's retry takes the base's place", async (t) => {
    const server = await served(t);
    server.append('a', 'job.running');
    server.budget = () => 400;
    const seen = watching(t, server.jobUrl('a'), { baseMs: 60_000, capMs: 60_000, transports: ['fetch'] });
    await until('cut', () => seen.handle.state === 'waiting');
    assert.ok(seen.handle.retryAt - Date.now() <= 20, 'the server has said 20 ms');
  });

  test('the closes of a socket', async (t) => {
    const server = await served(t);
    const log = server.fill('a', 3);
    const { acceptSocket } = await import('./socket-server.js');
    const closes = [[1012, 'rotation'], [1013, 'busy']];
    const at = [];
    server.before = (request, socket, url) => {
      at.push(Date.now());
      if (!url.pathname.endsWith('/ws') || closes.length === 0) return false;
      acceptSocket(request, socket).end(...closes.shift());
      return true;
    };
    const seen = watching(t, server.jobUrl('a'), { transports: ['websocket'], baseMs: 200, capMs: 200 });
    await ended(seen);
    assert.deepEqual(seen.events, log);
    assert.ok(at[2] - at[1] >= 200, 'a busy server is left alone for a while');
  });

  test('totals are told by what they count through', async (t) => {
    const server = await served(t);
    server.append('a', 'job.running');
    const sent = [3, 3, 2, 9].map((through) => ({ v: 1, type: 'totals', id: `${through}.00000000`, through, job: 'a', state: through === 9 ? 'completed' : 'running' }));
    server.before = (request, response, url) => {
      if (url.searchParams.get('detail') !== 'totals') return false;
      if (url.searchParams.get('lastEventId') === '9.00000000') return Boolean(response.writeHead(204).end());
      if (url.searchParams.has('after')) return json(response, 200, { events: [], last: url.searchParams.get('after'), ended: true });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(sent.map((totals) => `id: ${totals.id}\nevent: totals\ndata: ${JSON.stringify(totals)}\n\n`).join(''));
      return true;
    };
    const seen = watching(t, server.jobUrl('a'), { detail: 'totals' });
    await ended(seen);
    assert.deepEqual(seen.events.map((event) => event.through), [3, 9]);
  });

  test("a fault in the caller's function is the caller's", async (t) => {
    const server = await served(t);
    server.fill('a', 3);
    const faults = [];
    globalThis.reportError = (error) => faults.push(error.message);
    t.after(() => { delete globalThis.reportError; });
    const seen = watching(t, server.jobUrl('a'), { onEvent: (event) => { throw new Error(`at ${event.seq}`); } });
    await ended(seen);
    assert.deepEqual(faults, ['at 1', 'at 2', 'at 3', 'at 4']);
  });

  test('what is wrong with the options is said', () => {
    assert.throws(() => watch('/api/v1/jobs/1'), /watch: "\/api\/v1\/jobs\/1" is not a URL; use an absolute URL/);
    assert.throws(() => watch('ftp://host/1'), /is not a URL/);
    assert.throws(() => watch('http://host/1', { baseMs: 0 }), /"baseMs" must be a number of milliseconds above 0, not 0/);
    assert.throws(() => watch('http://host/1', { transports: ['sse'] }), /"transports" must contain only .*, not sse/);
    assert.throws(() => watch('http://host/1', { transports: ['eventsource'] }), /none of the transports eventsource is available/);
    assert.throws(() => watch('http://host/1', { detail: 'all' }), /"detail" must be "totals"/);
  });
});
