// Reads captured bytes of the node's streams with npm's eventsource-parser, which tells of every line that the format
// does not know. Arguments: the bytes, and the store's entries as JSON: [[id, {t, h, a, g, r, d}], …].

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { createParser } = createRequire(`${process.cwd()}/`)('eventsource-parser');
const [bytes, entries, clientFolder] = process.argv.slice(2);
const { SseParser } = await import(`${clientFolder}/sse-parser.js`);
const { numbers } = await import(`${clientFolder}/test/numbers.js`);
const captured = readFileSync(bytes);
const stored = JSON.parse(readFileSync(entries, 'utf8'));

function* pieces(seed) {
  const next = numbers(seed);
  const most = 1 + Math.floor(next() * 600);
  for (let at = 0; at < captured.length;) {
    const size = 1 + Math.floor(next() * most);
    yield captured.subarray(at, at += size);
  }
}

function strict(seed) {
  const told = [];
  const parser = createParser({
    onEvent: ({ event, data, id }) => told.push([event, id, data]),
    onRetry: (ms) => told.push(['retry', ms]),
    onComment: (text) => told.push(['comment', text]),
    onError: (error) => { throw error; },
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (const piece of pieces(seed)) parser.feed(decoder.decode(piece, { stream: true }));
  return told;
}

/** The client library's own parser; an id stands for all events behind it there. */
function ours(seed) {
  const told = [];
  const parser = new SseParser({
    event: ({ type, data, lastEventId }) => told.push([type, type === 'heartbeat' ? undefined : lastEventId, data]),
    retry: (ms) => told.push(['retry', ms]),
  });
  for (const piece of pieces(seed)) parser.push(piece);
  return told;
}

const told = strict(0);
for (let seed = 1; seed <= 60; seed++) {
  assert.deepEqual(strict(seed), told, `seed ${seed}`);
  assert.deepEqual(ours(seed), told, `our parser, seed ${seed}`);
}
assert.ok(told[0][0] === 'retry' && told[0][1] > 0, 'retry comes first');
const beats = told.filter(([type]) => type === 'heartbeat');
assert.ok(beats.length > 0 && beats.every(([, id, data]) => id === undefined && data === '{}'), 'heartbeats');

const events = told.filter(([type]) => type !== 'heartbeat' && type !== 'retry');
assert.equal(events.length, stored.length);
events.forEach(([type, id, data], i) => {
  const [entry, { t, h, a, g, r, d }] = stored[i];
  const json = JSON.parse(data);
  assert.equal(entry, `${i + 1}-0`);
  assert.equal(type, t);
  assert.equal(id, `${i + 1}.${h}`);
  assert.deepEqual([json.seq, json.type, json.gen], [i + 1, t, Number(g)]);
  assert.equal(Date.parse(json.at), Number(a));
  if (Number(r) > 0) assert.equal(json.row, Number(r));
  for (const [field, value] of Object.entries(d ? JSON.parse(d) : {})) assert.deepEqual(json[field], value, field);
});
console.log(`${events.length} events, ${beats.length} heartbeats, ${captured.length} bytes`);
