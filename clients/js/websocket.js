// The stream over a WebSocket, for proxies that buffer server-sent events.

/** Opens the socket. Close codes: `ended` is the end, 4404 an unknown job, 1012 and 1013 ask to reconnect. */
export function openWebSocket({ address, sequence, settings }, on) {
  const socket = new settings.WebSocket(address.socket(sequence.cursor));
  socket.onopen = () => on.opened();
  socket.onmessage = ({ data }) => {
    on.heard();
    try {
      frame(JSON.parse(data));
    } catch (error) {
      on.over({ reason: 'broken', error });
    }
  };
  socket.onerror = () => on.over({ reason: 'unreachable' }); // there is no close code, and in Node.js 20 no close event
  socket.onclose = ({ code, reason }) => {
    if (code === 1000 && reason === 'ended') on.over({ reason: 'ended', ended: true });
    else if (code === 4404) on.over({ reason: 'gone', gone: true });
    else if (code === 1012) on.over({ reason: 'rotated' });
    else if (code === 1013) on.over({ reason: 'busy', floorMs: settings.baseMs });
    else on.over({ reason: 'cut' });
  };

  function frame(json) {
    if (json.type === 'reset') on.reset(json.snapshot, json.id);
    else if (json.type === 'cursor') on.cursor(json.id);
    else if (json.seq !== undefined || json.type === 'totals') on.event(json, null);
    // Other frames concern the connection: heartbeats, pongs, future types.
  }

  return {
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.onerror = () => {}; // closing a connecting socket raises an error
      socket.close();
    },
  };
}
