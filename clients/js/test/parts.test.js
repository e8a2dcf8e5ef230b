import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { StreamAddress, absolute, socketUrl } from '../address.js';
import { Backoff } from '../backoff.js';
import * as library from '../index.js';
import { JobSequence, UserSequence } from '../sequence.js';

const HERE = new URL('../', import.meta.url);

test('each pause is anything up to a ceiling that doubles up to the cap', () => {
  const ceilings = (backoff) => Array.from({ length: 8 }, () => backoff.next());
  assert.deepEqual(ceilings(new Backoff({ random: () => 1 })), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  assert.deepEqual(ceilings(new Backoff({ random: () => 0 })), [0, 0, 0, 0, 0, 0, 0, 0]);
  const backoff = new Backoff({ random: () => 0.5, baseMs: 3000 });
  assert.deepEqual([backoff.next(), backoff.next(), backoff.next(5000)], [1500, 3000, 11_000]);
  backoff.reset();
  backoff.retry(200);
  assert.equal(backoff.next(), 100);
  backoff.retry(60_000);
  assert.equal(backoff.next(), 30_000, 'a wish of the server stands above the cap');
});

test('a socket is secure where its address is', () => {
  assert.equal(socketUrl('https://host/a?b=c'), 'wss://host/a?b=c');
  assert.equal(socketUrl('http://host:8102/a'), 'ws://host:8102/a');
  assert.equal(absolute('wss://host/a', 'x').href, 'https://host/a');
});

test('what is relative is so to the page', (t) => {
  globalThis.location = { href: 'https://host/app/?job=1' };
  t.after(() => { delete globalThis.location; });
  assert.equal(socketUrl(absolute('api/v1/jobs/1', 'x')), 'wss://host/app/api/v1/jobs/1');
  assert.equal(absolute('/api', 'x').href, 'https://host/api');
  assert.throws(() => absolute('http://', 'x'), /or one relative to the page/);
});

test('the addresses of a stream', () => {
  const address = new StreamAddress(new URL('https://host/p/jobs/1/?key=k'), 'totals');
  assert.equal(address.events('4.0000000a'), 'https://host/p/jobs/1/events?key=k&lastEventId=4.0000000a&detail=totals');
  assert.equal(address.socket(null), 'wss://host/p/jobs/1/ws?key=k&detail=totals');
  assert.equal(address.poll(null, 20_000, 5), 'https://host/p/jobs/1/events?key=k&after=0&wait=20000ms&limit=5&detail=totals');
});

test("a job's numbers", () => {
  const event = (seq, type = 'item.started') => ({ seq, type, id: `${seq}.0000000a` });
  const sequence = new JobSequence('3.0000000a');
  assert.deepEqual([3, 4, 5].map((seq) => sequence.judge(event(seq))), ['old', 'next', 'hole']);
  assert.equal(sequence.judge({ v: 1, type: 'item.progress', row: 4, percent: 40, word: 'reading' }), 'old');
  sequence.apply(event(4, 'job.completed'), '');
  assert.deepEqual([sequence.cursor, sequence.terminal, sequence.judge(event(5))], ['4.0000000a', true, 'next']);
  sequence.apply(event(5, 'job.retrying'), '5.0000000a');
  assert.equal(sequence.terminal, false);
  assert.deepEqual(['5.0000000a', '4.0000000a', '6.0000000b', '5.0000000b'].map((cursor) => sequence.behind(cursor)), [false, false, true, true]);
  sequence.reset({ state: 'failed', last_event: '2.0000000b' }, null);
  assert.deepEqual([sequence.cursor, sequence.seq, sequence.terminal], ['2.0000000b', 2, true]);
});

test('a user may have had any number of jobs', () => {
  const sequence = new UserSequence(null);
  for (let job = 0; job <= 10_000; job++) sequence.apply({ job, seq: 7, type: 'item.started' }, `c${job}`);
  assert.deepEqual([sequence.judge({ job: 10_000, seq: 7 }), sequence.judge({ job: 0, seq: 1 }), sequence.seqs.size], ['old', 'next', 10_000]);
});

test('every export has its type, and every module is in the package and on the page', async () => {
  const types = await readFile(new URL('index.d.ts', HERE), 'utf8');
  for (const name of Object.keys(library)) assert.match(types, new RegExp(`export declare (function|class) ${name}\\b`));
  const modules = (await readdir(HERE)).filter((file) => file.endsWith('.js'));
  const page = await readFile(new URL('../../src/main/java/dev/rowhound/http/page/PageRoutes.java', HERE), 'utf8');
  for (const file of modules) assert.ok(page.includes(`"${file.slice(0, -3)}"`), `${file} is not served`);
});
