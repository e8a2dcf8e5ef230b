package dev.rowhound.edge;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** One connection through the edge: a request on its way to the node, and its answer on the way back. */
final class Exchange {
    private static final int PIECE = 1 << 14;
    private static final int LINGER_MILLIS = 2_000;

    private final EdgeSimulator edge;
    private final Socket client;
    private final long number;
    private final Fate fate;
    private Head request;
    private volatile Socket node;
    private volatile long heardAt = Long.MAX_VALUE;
    private volatile boolean swallowed;
    private boolean answered;
    private boolean over;
    private long bodyBytes;

    Exchange(EdgeSimulator edge, Socket client, long number, Fate fate) {
        this.edge = edge;
        this.client = client;
        this.number = number;
        this.fate = fate;
        if (edge.blackHole) {
            swallow();
        }
    }

    /** Reads the request and passes it on; the answer is passed back by a thread of its own. */
    void request() throws IOException {
        try {
            InputStream in = new BufferedInputStream(client.getInputStream(), PIECE);
            request = Head.read(in);
            if (request == null) {
                return;
            }
            int status = ownAnswer();
            if (status != 0) {
                refuse(status, in);
                return;
            }
            if (!swallowed) {
                try {
                    node = edge.connect(number);
                } catch (IOException e) {
                    refuse(502, in);
                    return;
                }
                prepare(request);
                heardAt = System.nanoTime();
                node.getOutputStream().write(request.bytes());
                EdgeSimulator.run("answer", this::answer);
            }
            passOn(in);
        } finally {
            end();
        }
    }

    private int ownAnswer() {
        int status = edge.takeError();
        if (status != 0) {
            return status;
        }
        String length = request.get("Content-Length");
        if (!length.isEmpty() && Long.parseLong(length) > edge.uploadLimit) {
            return 413;
        }
        return switch (fate.kind()) {
            case BAD_GATEWAY -> 502;
            case TIMED_OUT -> 524;
            default -> 0;
        };
    }

    private void prepare(Head head) {
        boolean upgrade =
                head.get("Upgrade").equalsIgnoreCase("websocket") && !edge.refusesUpgrades && !edge.speaksHttp10;
        if (!upgrade) {
            // As any proxy does: these headers are between two neighbours.
            head.remove("Upgrade").remove("HTTP2-Settings").set("Connection", "close");
        }
        if (edge.dropsLastEventId) {
            head.remove("Last-Event-ID");
        }
        if (edge.asksForGzip) {
            head.set("Accept-Encoding", "gzip");
        }
        if (edge.speaksHttp10) {
            head.firstLine(head.firstLine().replace("HTTP/1.1", "HTTP/1.0"));
        }
    }

    /** Passes on what the client sends behind the head, until it goes. */
    private void passOn(InputStream in) throws IOException {
        byte[] piece = new byte[PIECE];
        long sent = 0;
        boolean dropping = false;
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            sent += count;
            Socket target = node;
            if (swallowed || dropping || target == null) {
                continue;
            }
            if (sent > edge.uploadLimit && !request.get("Transfer-Encoding").isEmpty()) {
                refuse(413, in);
                return;
            }
            try {
                target.getOutputStream().write(piece, 0, count);
                touch();
            } catch (IOException e) {
                // The node has closed; its answer may be on the way still, so that the rest is read and dropped.
                dropping = true;
            }
        }
    }

    /** While there is no answer yet, the node is not silent but reading. */
    private synchronized void touch() {
        if (!answered) {
            heardAt = System.nanoTime();
        }
    }

    /** Passes the node's answer back. */
    private void answer() throws IOException {
        boolean whole = false;
        try {
            InputStream in = new BufferedInputStream(node.getInputStream(), PIECE);
            Head head = Head.read(in);
            while (head != null && head.status() < 200 && head.status() != 101) {
                heardAt = System.nanoTime();
                write(head.bytes(), head.bytes().length, false);
                head = Head.read(in);
            }
            heardAt = System.nanoTime();
            if (head == null) {
                refuse(502, InputStream.nullInputStream());
            } else if (begin()) {
                body(head, in);
                whole = true;
            }
        } finally {
            if (whole && !swallowed) {
                leave();
            } else {
                end();
            }
        }
    }

    /** After a whole answer. What the client still sends is read for a while, since to close on it would be a reset. */
    private void leave() throws IOException {
        close(node);
        client.shutdownOutput();
        var unused = edge.timer.schedule(this::end, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void body(Head head, InputStream in) throws IOException {
        if (head.status() == 101) {
            write(head.bytes(), head.bytes().length, false);
            copy(in, client());
            return;
        }
        boolean bodiless = head.status() == 204
                || head.status() == 304
                || request.firstLine().startsWith("HEAD ");
        boolean gzip = edge.gzips
                && !bodiless
                && request.get("Accept-Encoding").toLowerCase(Locale.ROOT).contains("gzip")
                && head.get("Content-Encoding").isEmpty();
        boolean again = !bodiless && (gzip || edge.speaksHttp10);
        if (edge.stripsAccelBuffering) {
            head.remove("X-Accel-Buffering");
        }
        int held = edge.bufferBytes;
        boolean hold = held > 0 && !head.get("X-Accel-Buffering").equalsIgnoreCase("no");
        InputStream payload = again ? Payload.of(head, in) : in;
        if (again) {
            head.firstLine(head.firstLine().replace("HTTP/1.0", "HTTP/1.1"));
            head.remove("Content-Length").set("Transfer-Encoding", "chunked");
        }
        if (gzip) {
            head.set("Content-Encoding", "gzip");
        }
        head.set("Connection", "close");
        write(head.bytes(), head.bytes().length, false);
        OutputStream out = client();
        OutputStream inner = hold ? new HoldBack(out, held, edge.bufferMillis, edge.timer) : out;
        OutputStream framed = again ? Payload.chunked(inner) : inner;
        OutputStream outer = gzip ? new GZIPOutputStream(framed, PIECE) : framed;
        copy(payload, outer);
        // Only a body that came whole is ended.
        outer.close();
        inner.close();
    }

    private void copy(InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[PIECE];
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            heardAt = System.nanoTime();
            out.write(piece, 0, count);
        }
    }

    private OutputStream client() {
        return new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                Exchange.this.write(new byte[] {(byte) single}, 1, true);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                byte[] piece = new byte[length];
                System.arraycopy(bytes, offset, piece, 0, length);
                Exchange.this.write(piece, length, true);
            }
        };
    }

    /** Writes to the client what the connection's faults let through. */
    private void write(byte[] bytes, int length, boolean body) throws IOException {
        if (swallowed) {
            return;
        }
        long limit = body ? limit() : Long.MAX_VALUE;
        int passing = (int) Math.min(length, Math.max(0, limit - bodyBytes));
        client.getOutputStream().write(bytes, 0, passing);
        if (body) {
            bodyBytes += passing;
        }
        if (passing < length || bodyBytes >= limit) {
            if (fate.kind() == Fate.Kind.BLACK_HOLE && bodyBytes >= fate.amount()) {
                swallow();
            } else {
                cut(edge.cutsByReset || fate.kind() == Fate.Kind.RESET);
                throw new IOException("cut");
            }
        }
    }

    private long limit() {
        return switch (fate.kind()) {
            case CUT, RESET, BLACK_HOLE -> Math.min(edge.cutAfterBytes, fate.amount());
            default -> edge.cutAfterBytes;
        };
    }

    /** Cuts the connection if the node has been silent for too long. */
    void watch() {
        long limit = fate.kind() == Fate.Kind.SILENCE ? fate.amount() : Long.MAX_VALUE;
        if (edge.silenceMillis > 0) {
            limit = Math.min(limit, edge.silenceMillis);
        }
        long heard = heardAt;
        if (swallowed || limit == Long.MAX_VALUE || heard == Long.MAX_VALUE) {
            return;
        }
        if (System.nanoTime() - heard >= TimeUnit.MILLISECONDS.toNanos(limit)) {
            heardAt = Long.MAX_VALUE;
            if (begin()) {
                edge.faults.incrementAndGet();
                try {
                    client.getOutputStream().write(page(504));
                } catch (IOException e) {
                    // It is cut anyway.
                }
                end();
            } else {
                cut(edge.cutsByReset);
            }
        }
    }

    /** From here on nothing gets through. */
    void swallow() {
        if (!swallowed) {
            swallowed = true;
            edge.faults.incrementAndGet();
        }
    }

    /** Ends the connection on both sides, in good order or by a reset. */
    void cut(boolean reset) {
        if (reset) {
            try {
                client.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already.
            }
        }
        synchronized (this) {
            if (!over) {
                edge.faults.incrementAndGet();
            }
        }
        close();
    }

    /** Answers by itself. What the client still sends is read for a while, since to close on it would be a reset. */
    private void refuse(int status, InputStream in) throws IOException {
        if (begin()) {
            edge.faults.incrementAndGet();
            client.getOutputStream().write(page(status));
            client.shutdownOutput();
            client.setSoTimeout(LINGER_MILLIS);
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static byte[] page(int status) {
        String body = "<html><body><h1>" + status + "</h1>The edge says so.</body></html>";
        return ("HTTP/1.1 " + status + " Edge\r\nServer: edge-simulator\r\nContent-Type: text/html\r\nContent-Length: "
                        + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the answer begins with the caller. */
    private synchronized boolean begin() {
        boolean first = !answered && !over;
        answered = true;
        return first;
    }

    /** The connection has ended on one side, and thus on the other, unless the hole swallows that, too. */
    private void end() {
        if (!swallowed) {
            close();
        }
    }

    /** Closes both sides. */
    void close() {
        synchronized (this) {
            over = true;
        }
        edge.ended(this);
        close(client);
        close(node);
    }

    private static void close(Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
    }
}
