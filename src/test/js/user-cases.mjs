// A user's jobs, watched with the client library against a node, whose connections are cut meanwhile. Environment: BASE,
// the node's address; CLIENT, the library's folder; RECIPE and FILE, what to upload; ROWS, how many rows that has.

import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { describe, test } from 'node:test';

const { BASE, CLIENT, RECIPE, FILE } = process.env;
const { watchUser } = await import(`${CLIENT}/index.js`);
const { WAYS, until, watching } = await import(`${CLIENT}/test/watching.js`);
const ROWS = Number(process.env.ROWS);
const EVENTS = 2 * ROWS + 3; // two a row; receiving, running and completed of the job
const LONG = 40_000;

/** Something between client and node that can cut all that goes through it. */
async function between(t) {
  const sockets = new Set();
  const server = createServer((client) => {
    const { hostname, port } = new URL(BASE);
    const node = connect(port, hostname);
    for (const [one, other] of [[client, node], [node, client]]) {
      sockets.add(one);
      one.on('error', () => {}).on('close', () => { sockets.delete(one); other.destroy(); }).pipe(other);
    }
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const cut = () => sockets.forEach((socket) => socket.destroy());
  t.after(() => { server.close(); cut(); });
  return { url: `http://127.0.0.1:${server.address().port}`, cut };
}

/** Uploads past whatever is between. */
async function upload(user) {
  const form = new FormData();
  form.set('recipe', RECIPE);
  form.set('file', new Blob([FILE], { type: 'text/csv' }), 'classes.csv');
  const answer = await fetch(`${BASE}/api/v1/jobs`, { method: 'POST', headers: { 'Rowhound-User': user }, body: form });
  assert.equal(answer.status, 202);
  return (await answer.json()).id;
}

/** What the job's own log has. */
async function log(job) {
  const answer = await fetch(`${BASE}/api/v1/jobs/${job}/events?after=0`);
  return (await answer.json()).events;
}

const completed = (seen) => seen.events.filter(({ type }) => type === 'job.completed').length;

// Each has a user of its own, so all go on at once.
describe('a user', { concurrency: true }, () => {
  for (const way of WAYS) {
    test(`${way}: all events of a user's jobs, once and in order, however often the connection is cut`, async (t) => {
      const user = `user-${way}`;
      const { url, cut } = await between(t);
      let cuts = 0;
      const seen = watching(t, url, {
        user,
        transports: [way],
        onEvent: (event) => {
          seen.events.push(event);
          if (seen.events.length > (cuts + 1) * ROWS / 2 && cuts < 4) { cuts++; cut(); }
        },
      }, watchUser);
      await until('the stream', () => seen.handle.state === 'live', LONG);

      const jobs = [await upload(user), await upload(user)];
      await until('both ends', () => completed(seen) === 2, LONG);

      assert.equal(cuts, 4);
      // Between two polls there is nothing to cut.
      assert.ok(seen.disconnects > 0 || way === 'polling', 'the watch has noticed a cut');
      assert.equal(seen.handle.transport, way);
      for (const job of jobs) {
        const told = seen.events.filter((event) => event.job === job);
        assert.deepEqual(told.map(({ seq }) => seq), Array.from({ length: EVENTS }, (_, i) => i + 1));
        assert.deepEqual(told, await log(job));
      }
      assert.equal(seen.events.length, 2 * EVENTS, 'of no other job');
      assert.deepEqual(seen.snapshots, []);
      assert.notEqual(seen.handle.state, 'ended');
    });

    test(`${way}: a later watch goes on from the cursor`, async (t) => {
      const user = `later-${way}`;
      const first = watching(t, BASE, { user, transports: [way] }, watchUser);
      await until('the stream', () => first.handle.state === 'live', LONG);
      const before = await upload(user);
      await until('its end', () => completed(first) === 1, LONG);
      const { cursor } = first.handle;
      first.handle.close();

      const missed = await upload(user);
      const second = watching(t, BASE, { user, transports: [way], lastEventId: cursor }, watchUser);
      await until('the end of what was missed', () => second.events.some(({ job, type }) => job === missed && type === 'job.completed'), LONG);
      assert.deepEqual(second.events.filter(({ job }) => job === missed), await log(missed));
      assert.deepEqual(second.snapshots, []);
      // A cursor may lie a little before the last event that was told; never behind one that was not.
      const again = second.events.filter(({ job }) => job === before);
      assert.deepEqual(again, first.events.slice(first.events.length - again.length));
    });
  }

  test('jobs of others are not told', async (t) => {
    const seen = watching(t, `${BASE}/api/v1/users/alone`, {}, watchUser);
    await until('the stream', () => seen.handle.state === 'live', LONG);
    await upload('somebody');
    const own = await upload('alone');
    await until('the end', () => completed(seen) === 1, LONG);
    assert.deepEqual(seen.events, await log(own));
  });
});
