// Calls the server's API. The client library in client/ has the event stream.

export const API = 'api/v1';

export const terminal = (state) => state === 'completed' || state === 'failed' || state === 'cancelled';

/** Returns a random UUID, also over plain HTTP, where crypto.randomUUID is missing. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** An error with the API's message, or our own if the response did not come from the API. */
export class ApiError extends Error {
  constructor(status, body) {
    const line = body?.line && !/\bline\b/i.test(body.message) ? ` (line ${body.line})` : '';
    const otherwise = status === 0 ? 'The server cannot be reached. Check the connection and try again.'
      : `The server answered with status ${status}. Try again in a moment.`;
    super(body?.message ? body.message + line : otherwise);
    this.status = status;
    this.field = body?.field ?? null;
    this.problems = body?.problems ?? [];
  }
}

/** Reads Retry-After in milliseconds; null if it is missing. */
export function pauseAsked(retryAfter) {
  const value = retryAfter?.trim() ?? '';
  const pause = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(pause) ? null : Math.max(1000, pause);
}

/** Calls the API and returns its JSON; throws an {@link ApiError} for anything else. */
export async function api(path, options) {
  const response = await fetch(`${API}/${path}`, options).catch(() => { throw new ApiError(0); });
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) throw new ApiError(response.status, body);
  return body;
}

/** Returns a job's path below the API's base, with a suffix. */
export const jobPath = (id, rest = '') => `jobs/${encodeURIComponent(id)}${rest}`;
