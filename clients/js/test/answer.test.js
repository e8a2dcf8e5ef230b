import assert from 'node:assert/strict';
import test from 'node:test';

import { answer } from '../index.js';

/** A server with a fixed response that records the requests. */
function server(status, body) {
  const calls = [];
  return { calls, fetch: async (url, options) => { calls.push({ url, ...options }); return new Response(JSON.stringify(body), { status }); } };
}

test('sends a text to the question, or "go on" without one', async () => {
  const { calls, fetch } = server(200, { row: 12, question: '3f9a01bc' });
  await answer('http://localhost:1/sub/api/v1/jobs/j/', 12, { id: '3f9a01bc', text: true }, '', { fetch });
  await answer('http://localhost:1/api/v1/jobs/j', 3, '3f9a01bc', undefined, { fetch });
  assert.equal(calls[0].url, 'http://localhost:1/sub/api/v1/jobs/j/items/12/answer');
  assert.deepEqual(JSON.parse(calls[0].body), { question: '3f9a01bc', text: '' });
  assert.deepEqual(JSON.parse(calls[1].body), { question: '3f9a01bc', go_on: true });
});

test('tells why an answer was not taken', async () => {
  const { fetch } = server(409, { code: 'question_over', message: 'the question is not open' });
  await assert.rejects(answer('http://localhost:1/api/v1/jobs/j', 3, 'x', 'y', { fetch }), { status: 409, code: 'question_over', message: 'the question is not open' });
});
