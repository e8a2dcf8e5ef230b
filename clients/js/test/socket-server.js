// The server side of a WebSocket (RFC 6455) for tests: text frames of up to 64 KB, and closing.

import { createHash } from 'node:crypto';

/** Accepts the upgrade; the peer has send(text) and end(code, reason), and calls `text` for each text frame. */
export function acceptSocket(request, socket) {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on('error', () => {});
  let bytes = Buffer.alloc(0);
  const peer = {
    text: () => {},
    send: (text) => write(1, Buffer.from(text)),
    end(code, reason) {
      const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
      payload.writeUInt16BE(code);
      payload.write(reason, 2);
      write(8, payload);
      socket.end();
    },
  };

  function write(opcode, payload) {
    if (socket.destroyed || socket.writableEnded) return;
    const head = payload.length < 126 ? [0x80 | opcode, payload.length] : [0x80 | opcode, 126, payload.length >> 8, payload.length & 255];
    socket.write(Buffer.concat([Buffer.from(head), payload]));
  }

  function read() {
    while (bytes.length >= 2) {
      const long = (bytes[1] & 127) === 126;
      const start = (long ? 4 : 2) + 4; // client frames are masked
      if (bytes.length < start) return;
      const length = long ? bytes.readUInt16BE(2) : bytes[1] & 127;
      if (bytes.length < start + length) return;
      const mask = bytes.subarray(start - 4, start);
      const payload = Buffer.from(bytes.subarray(start, start + length)).map((byte, i) => byte ^ mask[i % 4]);
      const opcode = bytes[0] & 15;
      bytes = bytes.subarray(start + length);
      if (opcode === 1) peer.text(payload.toString());
      else if (opcode === 8) socket.end();
    }
  }

  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece]);
    read();
  });
  return peer;
}
