// Interprets responses that are not streams.

/** Reads Retry-After in milliseconds. */
function retryAfterMs(response) {
  const value = response.headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? 0 : Math.max(0, at - Date.now());
}

/**
 * Describes a refused attempt. A 404 only counts as final with Rowhound's own error code, as a proxy may send one too.
 */
export async function refusal(response) {
  const body = await response.json().catch(() => null);
  const { status } = response;
  const gone = status === 404 && body?.code === 'no_such_job';
  return { reason: gone ? 'gone' : 'refused', status, gone, doubt: true, floorMs: retryAfterMs(response), message: body?.message };
}

/** Signals a server that responds to a poll with a stream, so that it does not support polling. */
export class NoPolling extends Error {}

/** Polls once for events after the cursor; returns the JSON, or {over} if there are none. */
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
  if (!Array.isArray(body.events)) throw new SyntaxError('a poll returned no events');
  return body;
}

/** Polls without waiting; ends when the server is silent or the controller aborts. */
export async function pollNow(context, abort) {
  const limit = setTimeout(() => abort.abort(), 2.5 * context.settings.heartbeatMs);
  try {
    return await poll(context, 0, abort.signal);
  } finally {
    clearTimeout(limit);
  }
}

/** Delivers the events of a poll; returns whether there was no gap. */
export function take(body, on) {
  for (const { id, snapshot } of [body.reset ?? []].flat()) on.reset(snapshot, id);
  for (const event of body.events) {
    if (on.event(event, null) === 'hole') return false;
  }
  on.cursor(body.last);
  return true;
}
