// Server-sent events by the browser's EventSource, which only delivers the types that have a listener.

const TYPES = ['job.receiving', 'job.running', 'job.paused', 'job.resumed', 'job.completed', 'job.failed',
  'job.cancelled', 'job.retrying', 'item.started', 'item.ended', 'item.retrying', 'item.held', 'item.needs_human', 'item.answered',
  'rows.rejected', 'rows.repeated', 'totals'];

/**
 * Opens the stream. When a working connection is cut, the browser reconnects by itself, with Last-Event-ID and the
 * server's reconnection time; any other failure ends this stream.
 */
export function openEventSource({ address, sequence, settings }, on) {
  const source = new settings.EventSource(address.events(sequence.cursor), { withCredentials: settings.credentials === 'include' });
  let worked = false;
  const hear = (handle) => (message) => {
    worked = true;
    on.heard();
    try {
      handle(message);
    } catch (error) {
      on.over({ reason: 'broken', error });
    }
  };
  source.onopen = () => {
    worked = false;
    on.opened();
  };
  source.onerror = () => {
    if (source.readyState === 2) on.over({ reason: 'refused', doubt: true });
    else if (worked && !sequence.terminal) {
      worked = false;
      on.reconnecting();
    } else on.over({ reason: 'cut' });
  };
  for (const type of TYPES) {
    source.addEventListener(type, hear((message) => on.event(JSON.parse(message.data), message.lastEventId)));
  }
  source.addEventListener('heartbeat', hear(() => {}));
  source.addEventListener('reset', hear((message) => on.reset(JSON.parse(message.data), message.lastEventId)));
  return { close: () => source.close() };
}
