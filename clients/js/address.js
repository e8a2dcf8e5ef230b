// Builds the addresses of streams.

/** Returns an absolute URL; relative ones are resolved against the page. */
export function absolute(url, name) {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  try {
    const parsed = new URL(String(url), base);
    parsed.protocol = parsed.protocol.replace(/^ws/, 'http');
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') throw new TypeError();
    return parsed;
  } catch {
    const hint = base ? 'a URL such as http://host/path, or one relative to the page' : 'an absolute URL such as http://host/path';
    throw new TypeError(`${name}: "${url}" is not a URL; use ${hint}`);
  }
}

/** Returns the WebSocket address: wss for https. */
export function socketUrl(url) {
  const copy = new URL(url);
  copy.protocol = copy.protocol === 'https:' ? 'wss:' : 'ws:';
  return copy.href;
}

/** Returns a user's address: the given one, or the server's completed by the option `user`. */
export function userUrl(url, path, user, name) {
  const parsed = absolute(url, name);
  if (parsed.pathname.includes(`${path}/`)) return parsed;
  if (user === undefined || user === null || user === '') {
    throw new TypeError(`${name}: the user is missing; use …${path}/<user> as the URL, or set the option "user"`);
  }
  parsed.pathname = `${parsed.pathname.replace(/\/$/, '')}${path}/${encodeURIComponent(user)}`;
  return parsed;
}

/**
 * The addresses of a stream for each transport, and of its jobs' snapshots.
 *
 * @param base a job's or a user's address
 * @param detail "totals" or nothing
 */
export class StreamAddress {
  /**
   * @param base a job's or a user's address
   * @param detail "totals" or nothing
   * @param snapshotUrl the address of a job by its id
   */
  constructor(base, detail, snapshotUrl) {
    Object.assign(this, { base, detail, snapshotUrl });
  }

  events(cursor) {
    return this.url('/events', { lastEventId: cursor }).href;
  }

  socket(cursor) {
    return socketUrl(this.url('/ws', { lastEventId: cursor }));
  }

  poll(cursor, waitMs, limit) {
    return this.url('/events', { after: cursor ?? '0', wait: `${waitMs}ms`, limit }).href;
  }

  url(rest, parameters) {
    const url = new URL(this.base);
    url.pathname = url.pathname.replace(/\/$/, '') + rest;
    url.hash = '';
    for (const [key, value] of Object.entries({ ...parameters, detail: this.detail })) {
      if (value !== undefined && value !== null) url.searchParams.set(key, value);
    }
    return url;
  }
}
