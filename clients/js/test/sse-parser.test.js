import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SseParser } from '../sse-parser.js';
import { numbers } from './numbers.js';

/** Returns what the parser reports for chunks: events as [type, data, id], and retry times. */
function parse(...pieces) {
  const told = [];
  const parser = new SseParser({
    event: ({ type, data, lastEventId }) => told.push([type, data, lastEventId]),
    retry: (ms) => told.push(ms),
  });
  for (const piece of pieces) parser.push(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
  return told;
}

const CASES = [
  ['an event of one line', 'data: a\n\n', [['message', 'a', '']]],
  ['several lines of data', 'data: a\ndata\ndata: b\n\n', [['message', 'a\n\nb', '']]],
  ['one space only belongs to the colon', 'data:a\n\ndata:  a\n\n', [['message', 'a', ''], ['message', ' a', '']]],
  ['all three line ends', 'data: a\r\n\r\ndata: b\r\rdata: c\n\n', [['message', 'a', ''], ['message', 'b', ''], ['message', 'c', '']]],
  ['empty data is an event, no data is none', 'data\n\nevent: x\n\ndata:\n\n', [['message', '', ''], ['message', '', '']]],
  ['a type holds for one event', 'event: x\ndata: a\n\ndata: b\n\n', [['x', 'a', ''], ['message', 'b', '']]],
  ['an id stays until the next', 'id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n', [['message', 'a', '1'], ['message', 'b', '1'], ['message', 'c', '']]],
  ['an id may stand behind its data', 'event: x\ndata: a\nid: 1\n\ndata: b\nid: 2\n\n', [['x', 'a', '1'], ['message', 'b', '2']]],
  ['an id counts once its event is whole', 'data: a\nid: 1\n\ndata: b\nid: 2\n', [['message', 'a', '1']]],
  ['an id without data counts as well', 'id: 7\n\ndata: a\n\n', [['message', 'a', '7']]],
  ['an id with a zero character is none', 'id: 1\n\nid: 2\0\ndata: a\n\n', [['message', 'a', '1']]],
  ['retry wants digits', 'retry: 5\nretry: 5s\nretry: -1\nretry\nretry: 1e3\n\n', [5]],
  ['comments and unknown fields', ': data: a\nfoo: b\n data: c\ndata: d\n\n', [['message', 'd', '']]],
  ['a byte order mark at the start only', '\ufeffdata: a\n\n\ufeffdata: b\n\n', [['message', 'a', '']]],
  ['an event that breaks off is none', 'data: a\n\ndata: b\n', [['message', 'a', '']]],
];

for (const [name, text, told] of CASES) {
  test(name, () => assert.deepEqual(parse(text), told));
  test(`${name}, byte by byte`, () => assert.deepEqual(parse(...[...new TextEncoder().encode(text)].map((byte) => Uint8Array.of(byte))), told));
}

test('events are told with the piece that ends them, also when a line feed is to follow', () => {
  assert.deepEqual(parse('data: a\r\r'), [['message', 'a', '']]);
  assert.deepEqual(parse('data: a\r', '\n', '\r', '\ndata: b\r\n\r\n'), [['message', 'a', ''], ['message', 'b', '']]);
});

test('bytes that are no UTF-8 are replaced', () => {
  assert.deepEqual(parse('data: ', Uint8Array.of(0xff), '\n\n'), [['message', '\ufffd', '']]);
});

test('one parser within the other', () => {
  const told = [];
  const inner = new SseParser({ event: ({ data }) => told.push(data) });
  const outer = new SseParser({ event: ({ data }) => { told.push(data); inner.push(new TextEncoder().encode('data: inner\n\n')); } });
  outer.push(new TextEncoder().encode('data: a\n\ndata: b\n\n'));
  assert.deepEqual(told, ['a', 'inner', 'b', 'inner']);
});

test('the same events in whatever pieces they come', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const next = numbers(seed);
    const pick = (all) => all[Math.floor(next() * all.length)];
    let text = '';
    for (let i = 0; i < 40; i++) {
      text += pick(['data: é€😀', 'data', 'id: 4', 'event: é', ': x', 'retry: 3', '', '', 'data: {"a":1}']) + pick(['\n', '\r', '\r\n']);
    }
    const bytes = new TextEncoder().encode(text);
    const pieces = [];
    for (let at = 0; at < bytes.length;) {
      const size = 1 + Math.floor(next() * 12);
      pieces.push(bytes.slice(at, at += size));
    }
    assert.deepEqual(parse(...pieces), parse(bytes), `seed ${seed}`);
  }
});
