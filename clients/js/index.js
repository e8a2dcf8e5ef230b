// Live progress of Rowhound's jobs: delivers each event once and in order, however often the connection breaks. See
// README.md.

import { StreamAddress, absolute, userUrl } from './address.js';
import { CvSocket } from './cvs.js';
import { JobSequence, UserSequence } from './sequence.js';
import { Watch, handleOf } from './watch.js';

export { SseParser } from './sse-parser.js';

/**
 * Watches a job until its end or until closed.
 *
 * @param jobUrl the job's address, `…/api/v1/jobs/<id>`
 */
export function watch(jobUrl, options = {}) {
  const url = absolute(jobUrl, 'watch');
  const address = new StreamAddress(url, options.detail, () => url.href);
  return handleOf(new Watch(address, new JobSequence(options.lastEventId), options, 'watch'));
}

/**
 * Watches all jobs of a user until closed.
 *
 * @param url the user's address, `…/api/v1/users/<user>`, or the server's, with the option `user`
 */
export function watchUser(url, options = {}) {
  const base = userUrl(url, '/api/v1/users', options.user, 'watchUser');
  const root = base.pathname.slice(0, base.pathname.indexOf('/api/v1/users/'));
  const jobUrl = (job) => new URL(`${root}/api/v1/jobs/${encodeURIComponent(job)}`, base).href;
  const address = new StreamAddress(base, options.detail, jobUrl);
  return handleOf(new Watch(address, new UserSequence(options.lastEventId), options, 'watchUser'));
}

/**
 * Watches the WebSocket of the earlier CV system until closed.
 *
 * @param url the socket's address, `…/api/v1/cv-processing/ws/<user>`, or the server's, with the option `user`
 */
export function watchCvs(url, options = {}) {
  const socket = new CvSocket(userUrl(url, '/api/v1/cv-processing/ws', options.user, 'watchCvs'), options);
  return {
    close: () => socket.close(),
    get state() { return socket.state; },
    get retryAt() { return socket.state === 'waiting' ? socket.retryAt : null; },
  };
}

/**
 * Answers a row's question.
 *
 * @param jobUrl the job's address
 * @param row the row's number
 * @param question the question of its `item.needs_human`, or its id
 * @param text the text; omit it to say "go on"
 * @throws Error with `status` and `code` if the answer was not accepted; 409 `question_over` if it came too late
 */
export async function answer(jobUrl, row, question, text, { headers = {}, credentials = 'same-origin', fetch = globalThis.fetch } = {}) {
  const url = absolute(jobUrl, 'answer');
  const said = text === undefined ? { go_on: true } : { text };
  const response = await fetch(`${url.origin}${url.pathname.replace(/\/$/, '')}/items/${row}/answer`, {
    method: 'POST',
    credentials,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ question: question.id ?? question, ...said }),
  });
  const body = await response.json().catch(() => null);
  if (!response.ok) throw Object.assign(new Error(body?.message ?? `status ${response.status}`), { status: response.status, code: body?.code });
}
