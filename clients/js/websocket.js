// The stream as frames of a WebSocket, for where a proxy holds server-sent events back.

/** Opens the socket. Its close codes say what to do: `ended` is the end, 4404 an unknown job, 1012 and 1013 come back. */
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
  socket.onerror = () => on.over({ reason: 'unreachable' }); // no close code is behind it, and in Node.js 20 no close
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
    // Anything else belongs to the connection: a heartbeat, a pong, a type to come.
  }

  return {
    close() {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.onerror = () => {}; // closing what is still connecting is told as an error
      socket.close();
    },
  };
}
