// A watch that records its callbacks, and a wait for a condition.

import assert from 'node:assert/strict';
import { watch } from '../index.js';
import { LogServer } from './log-server.js';

/** Short delays. */
export const QUICK = { baseMs: 20, capMs: 100, heartbeatMs: 400, waitMs: 200, share: false };
export const WAYS = ['fetch', 'websocket', 'polling'];

/** Starts a server that is closed when the test ends. */
export async function served(t) {
  const server = await LogServer.start();
  t.after(() => server.close());
  return server;
}

/** Watches until the test ends. */
export function watching(t, url, options = {}, start = watch) {
  const seen = { events: [], snapshots: [], states: [], details: [], connects: 0, disconnects: 0 };
  seen.handle = start(url, {
    ...QUICK,
    onEvent: (event) => seen.events.push(event),
    onSnapshot: (snapshot) => seen.snapshots.push(snapshot),
    onState: (state, detail) => { seen.states.push(state); seen.details.push(detail); },
    onConnect: () => seen.connects++,
    onDisconnect: () => seen.disconnects++,
    ...options,
  });
  t.after(() => seen.handle.close());
  return seen;
}

export async function until(what, condition, ms = 10_000) {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) assert.fail(`did not come: ${what}`);
    await pause(5);
  }
}

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
export const ended = (seen) => until('the end', () => seen.handle.state === 'ended');
