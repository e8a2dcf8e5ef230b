package dev.rowhound.intake;

import dev.rowhound.artifact.Sha256;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Passes the bytes of an upload from an event loop to a thread that may block. It holds at most
 * {@value #DEFAULT_MAX_QUEUED_BYTES} bytes, plus the buffer that filled it and the one being read, if the writer
 * respects {@link #writeQueueFull()} as pipes do.
 *
 * <p>Hashes (SHA-256) everything that is written, also what the reader skips: after {@link #close()} further bytes
 * are dropped, so that the rest of an upload drains without using memory.
 *
 * <p>Writes come from the given context; reads from any single thread.
 */
public final class UploadPipe extends InputStream implements WriteStream<Buffer> {
    private static final int DEFAULT_MAX_QUEUED_BYTES = 1024 * 1024;

    private enum State {
        OPEN,
        ENDED,
        FAILED
    }

    private final Context context;
    private final MessageDigest digest = Sha256.begin();

    // The buffer that the reader has taken from the queue; accessed by the reader only.
    private byte[] current = new byte[0];
    private int position;

    // Everything below is guarded by the lock, which is never held across blocking operations.
    private final Object lock = new Object();
    private final Queue<byte[]> queue = new ArrayDeque<>();
    private State state = State.OPEN;
    private @Nullable Throwable failure;
    private boolean closed;
    private boolean full;
    private int queued;
    private int maxQueued = DEFAULT_MAX_QUEUED_BYTES;
    private String sha256 = "";
    private @Nullable Handler<Void> drainHandler;

    /** @param context the context that writes come from and that the drain handler runs on */
    public UploadPipe(Context context) {
        this.context = context;
    }

    /**
     * Receives a whole upload. Do not use {@code upload.pipeTo(pipe)}: it also ends the pipe when the upload breaks
     * off, so that the reader would take a part of the file for the whole.
     *
     * @return completes when the upload has ended; fails, like the reader's next read, if it breaks off
     */
    public Future<Void> receive(ReadStream<Buffer> upload) {
        return upload.pipe().endOnFailure(false).to(this).onFailure(this::fail);
    }

    /** Queues bytes without blocking. Fails after the end or a failure. */
    @Override
    public Future<Void> write(Buffer data) {
        byte[] bytes = data.getBytes();
        synchronized (lock) {
            if (state != State.OPEN) {
                return Future.failedFuture(
                        failure != null ? failure : new IllegalStateException("the upload has ended"));
            }
            if (!closed && bytes.length > 0) {
                queue.add(bytes);
                queued += bytes.length;
                full |= queued >= maxQueued;
                lock.notifyAll();
            }
        }
        digest.update(bytes);
        return Future.succeededFuture();
    }

    /** Marks the upload as complete. */
    @Override
    public Future<Void> end() {
        synchronized (lock) {
            if (state == State.OPEN) {
                state = State.ENDED;
                sha256 = HexFormat.of().formatHex(digest.digest());
                lock.notifyAll();
            }
        }
        return Future.succeededFuture();
    }

    /**
     * Marks the upload as broken off: once the reader needs more bytes, it gets an {@link IOException} with this cause,
     * whatever is queued. Has no effect after the end.
     */
    public void fail(Throwable cause) {
        synchronized (lock) {
            if (state == State.OPEN) {
                state = State.FAILED;
                failure = cause;
                drop();
                lock.notifyAll();
            }
        }
    }

    /** Returns whether the upload is complete. */
    public boolean ended() {
        synchronized (lock) {
            return state == State.ENDED;
        }
    }

    /**
     * Returns the SHA-256 of all bytes written, including dropped ones, in hexadecimal.
     *
     * @throws IllegalStateException before the end
     */
    public String sha256() {
        synchronized (lock) {
            if (state != State.ENDED) {
                throw new IllegalStateException("the upload has not ended");
            }
            return sha256;
        }
    }

    /** Does nothing: writes fail immediately or not at all. */
    @Override
    public UploadPipe exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this;
    }

    /** Sets how many unread bytes make the queue full. */
    @Override
    public UploadPipe setWriteQueueMaxSize(int maxSize) {
        if (maxSize < 1) {
            throw new IllegalArgumentException("maxSize is " + maxSize + "; use 1 or more");
        }
        synchronized (lock) {
            maxQueued = maxSize;
        }
        return this;
    }

    /**
     * Returns whether the writer should wait for the drain handler; stays true until half of the queue has been read.
     */
    @Override
    public boolean writeQueueFull() {
        synchronized (lock) {
            return full;
        }
    }

    @Override
    public UploadPipe drainHandler(@Nullable Handler<Void> handler) {
        synchronized (lock) {
            drainHandler = handler;
        }
        return this;
    }

    @Override
    public int read() throws IOException {
        return await() ? current[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!await()) {
            return -1;
        }
        int taken = Math.min(length, current.length - position);
        System.arraycopy(current, position, target, offset, taken);
        position += taken;
        return taken;
    }

    @Override
    public int available() {
        return current.length - position;
    }

    /** Stops reading: drops what is queued and what is written later. */
    @Override
    public void close() {
        current = new byte[0];
        position = 0;
        synchronized (lock) {
            closed = true;
            drop();
        }
    }

    /**
     * Waits until {@link #current} holds an unread byte.
     *
     * @return false at the end of the upload
     */
    private boolean await() throws IOException {
        if (position < current.length) {
            return true;
        }
        synchronized (lock) {
            while (true) {
                if (closed) {
                    throw new IOException("the upload's reader has closed it");
                }
                if (state == State.FAILED) {
                    throw new IOException("the upload was interrupted", failure);
                }
                byte[] next = queue.poll();
                if (next != null) {
                    current = next;
                    position = 0;
                    release(next.length);
                    return true;
                }
                if (state == State.ENDED) {
                    return false;
                }
                awaitChange();
            }
        }
    }

    private void awaitChange() throws InterruptedIOException {
        try {
            lock.wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the upload");
        }
    }

    private void drop() {
        queue.clear();
        release(queued);
    }

    private void release(int bytes) {
        queued -= bytes;
        if (full && queued <= maxQueued / 2) {
            full = false;
            // The handler is read on the context: a writer that sees a full queue sets the handler within the same
            // task.
            context.runOnContext(done -> drained());
        }
    }

    private void drained() {
        Handler<Void> handler;
        synchronized (lock) {
            handler = drainHandler;
        }
        if (handler != null) {
            handler.handle(null);
        }
    }
}
