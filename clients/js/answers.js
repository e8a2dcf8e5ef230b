// What an answer of the server that is no stream says to a watcher.

/** How long an answer wants its client to stay away, in milliseconds. */
function retryAfterMs(response) {
  const value = response.headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? 0 : Math.max(0, at - Date.now());
}

/** The end of an attempt that was refused. A 404 is believed from Rowhound itself only, not from a proxy on the way. */
export async function refusal(response) {
  const body = await response.json().catch(() => null);
  const { status } = response;
  const gone = status === 404 && body?.code === 'no_such_job';
  return { reason: gone ? 'gone' : 'refused', status, gone, doubt: true, floorMs: retryAfterMs(response), message: body?.message };
}

/** A server that streams where it is asked for a poll: it is there, and knows no polling. */
export class NoPolling extends Error {}

/** Asks once for what comes after the cursor; answers the JSON, or {over} where there is none. */
export async function poll({ address, sequence, settings }, waitMs, signal) {
  const response = await settings.fetch(address.poll(sequence.cursor, waitMs, settings.limit), {
    headers: { accept: 'application/json', ...settings.headers },
    credentials: settings.credentials,
    cache: 'no-store',
    signal,
  });
  if (response.status === 204) return { over: { reason: 'ended', ended: true } };
  if (response.status !== 200) return { over: await refusal(response) };
  if (/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
    response.body?.cancel().catch(() => {});
    throw new NoPolling();
  }
  const body = await response.json();
  if (body.reset) body.events ??= [];
  if (!Array.isArray(body.events)) throw new SyntaxError('a poll was answered without events');
  return body;
}

/** One poll that does not wait, and that ends when the server is silent or the controller says so. */
export async function pollNow(context, abort) {
  const limit = setTimeout(() => abort.abort(), 2.5 * context.settings.heartbeatMs);
  try {
    return await poll(context, 0, abort.signal);
  } finally {
    clearTimeout(limit);
  }
}

/** Hands over what a poll has brought; whether all of it could be used. */
export function take(body, on) {
  for (const { id, snapshot } of [body.reset ?? []].flat()) on.reset(snapshot, id);
  for (const event of body.events) {
    if (on.event(event, null) === 'hole') return false;
  }
  on.cursor(body.last);
  return true;
}
