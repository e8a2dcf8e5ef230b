package dev.rowhound.edge;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Takes a response's body out of the framing of HTTP/1, and puts it into chunks again. */
final class Payload {
    private Payload() {}

    /** The body of a response with that head, as a stream that hands on what has come without waiting for more. */
    static InputStream of(Head response, InputStream in) {
        if (response.get("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            return new Chunks(in);
        }
        String length = response.get("Content-Length");
        return length.isEmpty() ? in : new Counted(in, Long.parseLong(length));
    }

    /** Writes each piece as a chunk of its own, and the last chunk at its end. */
    static OutputStream chunked(OutputStream out) {
        return new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                write(new byte[] {(byte) single}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (length > 0) {
                    byte[] head = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
                    byte[] chunk = new byte[head.length + length + 2];
                    System.arraycopy(head, 0, chunk, 0, head.length);
                    System.arraycopy(bytes, offset, chunk, head.length, length);
                    chunk[chunk.length - 2] = '\r';
                    chunk[chunk.length - 1] = '\n';
                    out.write(chunk, 0, chunk.length);
                }
            }

            @Override
            public void close() throws IOException {
                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        };
    }

    private static final class Counted extends InputStream {
        private final InputStream in;
        private long left;

        Counted(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the body ended early");
            }
            left -= count;
            return count;
        }
    }

    private static final class Chunks extends InputStream {
        private final InputStream in;
        private long left;
        private boolean first = true;
        private boolean ended;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] single = new byte[1];
            return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && !ended) {
                if (!first) {
                    line();
                }
                first = false;
                left = Long.parseLong(line().split(";")[0].strip(), 16);
                ended = left == 0;
            }
            if (ended) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the body ended within a chunk");
            }
            left -= count;
            return count;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("the body ended between chunks");
                }
                line.append((char) next);
            }
            return line.toString().strip();
        }
    }
}
