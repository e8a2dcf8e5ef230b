// Server-sent events by fetch and the parser of this library: for Node.js, and where all types of events are needed.

import { SseParser } from './sse-parser.js';
import { refusal } from './answers.js';

export function openFetchStream({ address, sequence, settings }, on) {
  const abort = new AbortController();
  const parser = new SseParser({
    retry: (ms) => on.retry(ms),
    event({ type, data, lastEventId }) {
      if (abort.signal.aborted) return;
      on.heard();
      if (type === 'heartbeat') return;
      const json = JSON.parse(data);
      if (type === 'reset') on.reset(json, lastEventId);
      else on.event(json, lastEventId);
    },
  });

  async function read() {
    const response = await settings.fetch(address.events(sequence.cursor), {
      headers: { accept: 'text/event-stream', ...settings.headers },
      credentials: settings.credentials,
      cache: 'no-store',
      signal: abort.signal,
    });
    if (response.status === 204) return on.over({ reason: 'ended', ended: true });
    if (response.status !== 200) return on.over(await refusal(response));
    if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
      abort.abort();
      return on.over({ reason: 'no_stream', doubt: true });
    }
    on.opened();
    const reader = response.body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) parser.push(piece.value);
    on.over({ reason: 'cut' });
  }

  read().catch((error) => on.over({ reason: error instanceof SyntaxError ? 'broken' : 'unreachable', error }));
  return { close: () => abort.abort() };
}
