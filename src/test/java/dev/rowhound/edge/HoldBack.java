package dev.rowhound.edge;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Holds bytes back until there are enough of them, or until the first of them has waited for long enough. */
final class HoldBack extends OutputStream {
    private final OutputStream out;
    private final int enough;
    private final long millis;
    private final ScheduledExecutorService timer;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private Future<?> release;

    /** With 0 milliseconds it waits for the bytes only. */
    HoldBack(OutputStream out, int enough, long millis, ScheduledExecutorService timer) {
        this.out = out;
        this.enough = enough;
        this.millis = millis;
        this.timer = timer;
    }

    @Override
    public synchronized void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        held.write(bytes, offset, length);
        if (held.size() >= enough) {
            let();
        } else if (millis > 0 && release == null) {
            release = timer.schedule(() -> EdgeSimulator.run("release", this::timeIsUp), millis, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void timeIsUp() {
        try {
            let();
        } catch (IOException e) {
            // The client is gone; the one who writes learns of it with the next bytes.
        }
    }

    private void let() throws IOException {
        if (release != null) {
            release.cancel(false);
            release = null;
        }
        byte[] bytes = held.toByteArray();
        held.reset();
        if (bytes.length > 0) {
            out.write(bytes, 0, bytes.length);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        let();
    }
}
