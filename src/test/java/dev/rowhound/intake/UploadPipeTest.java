package dev.rowhound.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
@ExtendWith(VertxExtension.class)
class UploadPipeTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final UploadPipe pipe = new UploadPipe(context);

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void theReaderGetsWhatWasWrittenAndThenTheEnd() throws Exception {
        onLoop(() -> {
            pipe.write(Buffer.buffer("ab"));
            pipe.write(Buffer.buffer());
            pipe.write(Buffer.buffer("c\u00FF"));
            return pipe.end();
        });
        assertThat(pipe.read()).isEqualTo('a');
        assertThat(pipe.available()).isEqualTo(1);
        assertThat(pipe.readAllBytes()).isEqualTo("bc\u00FF".getBytes(UTF_8));
        assertThat(pipe.read()).isEqualTo(-1);
        assertThat(pipe.sha256()).isEqualTo(sha256("abc\u00FF".getBytes(UTF_8)));
    }

    @Test
    void writingAfterTheEndFails() throws Exception {
        onLoop(() -> {
            pipe.end();
            assertThat(pipe.write(Buffer.buffer("x")).cause()).isInstanceOf(IllegalStateException.class);
            pipe.fail(new IOException("too late to matter"));
            return null;
        });
        assertThat(pipe.read()).isEqualTo(-1);
        assertThat(pipe.sha256()).isEqualTo(sha256(new byte[0]));
    }

    /** Through both ways in: the pipe's own, and that of Vert.x. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSlowReaderHoldsTheUploadBackAtTheBound(boolean receive) throws Exception {
        byte[] file = new byte[20 * 1024 * 1024];
        new Random(1).nextBytes(file);
        int piece = 60_000;
        FileSource source = new FileSource(context, file, piece);
        Future<Future<Void>> done = onLoopAsync(() -> receive ? pipe.receive(source) : source.pipeTo(pipe));

        MessageDigest read = MessageDigest.getInstance("SHA-256");
        int taken = 0;
        while (taken < file.length) {
            // The reader waits until the upload is held back or over, and then reads more than half of the queue.
            assertThat(source.turns.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            // One piece filled the queue, and another is in the reader's hands.
            assertThat(source.sent.get() - taken).isLessThan(1024 * 1024 + 2 * piece);
            byte[] part = pipe.readNBytes(600 * 1024);
            read.update(part);
            taken += part.length;
        }

        assertThat(taken).isEqualTo(file.length);
        done.await().await(10, TimeUnit.SECONDS);
        assertThat(source.pauses.get())
                .as("times that the upload was held back")
                .isGreaterThan(5);
        assertThat(pipe.sha256()).isEqualTo(HexFormat.of().formatHex(read.digest()));
    }

    @Test
    void theQueueIsFullUntilHalfOfItIsRead(VertxTestContext test) throws Exception {
        onLoop(() -> {
            pipe.setWriteQueueMaxSize(4);
            pipe.drainHandler(v -> {
                test.verify(() -> assertThat(Vertx.currentContext()).isSameAs(context));
                test.completeNow();
            });
            pipe.write(Buffer.buffer("abc"));
            assertThat(pipe.writeQueueFull()).isFalse();
            pipe.write(Buffer.buffer("d"));
            assertThat(pipe.writeQueueFull()).isTrue();
            pipe.write(Buffer.buffer("ef"));
            return null;
        });
        assertThat(pipe.read()).isEqualTo('a');
        assertThat(pipe.writeQueueFull()).as("3 of 4 bytes are queued").isTrue();
        assertThat(pipe.readNBytes(3)).hasSize(3);
        assertThat(pipe.writeQueueFull()).as("2 of 4 bytes are queued").isFalse();
    }

    @Test
    void aDrainBetweenFullAndTheHandlerIsNotLost(VertxTestContext test) {
        context.runOnContext(run -> test.verify(() -> {
            pipe.setWriteQueueMaxSize(1);
            pipe.write(Buffer.buffer("x"));
            assertThat(pipe.writeQueueFull()).isTrue();
            // The reader empties the queue before the writer, in the same task, says whom to tell.
            assertThat(pipe.read()).isEqualTo('x');
            pipe.drainHandler(v -> test.completeNow());
        }));
    }

    @Test
    void afterTheReaderClosesTheRestIsCountedAndDropped() throws Exception {
        byte[] file = new byte[5 * 1024 * 1024];
        new Random(2).nextBytes(file);
        FileSource source = new FileSource(context, file, 50_000);
        Future<Future<Void>> done = onLoopAsync(() -> pipe.receive(source));
        assertThat(pipe.read()).isNotNegative();
        assertThat(source.turns.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        int pauses = source.pauses.get();

        pipe.close();

        done.await().await(10, TimeUnit.SECONDS);
        assertThat(source.pauses.get()).as("a closed pipe holds nothing back").isEqualTo(pauses);
        assertThat(pipe.sha256()).isEqualTo(sha256(file));
        assertThat(pipe.available()).isZero();
        assertThatThrownBy(() -> pipe.read()).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void aFailureReachesAReaderThatWaits() throws Exception {
        IOException cause = new IOException("connection reset");
        Thread reader = Thread.currentThread();
        Future<Object> failed = onLoopAsync(() -> {
            awaitState(reader, Thread.State.WAITING);
            pipe.fail(cause);
            return null;
        });
        assertThatThrownBy(() -> pipe.read()).isInstanceOf(IOException.class).hasCause(cause);
        failed.await(10, TimeUnit.SECONDS);
    }

    @Test
    void aFailureGoesBeforeWhatIsQueued() throws Exception {
        IOException cause = new IOException("connection reset");
        onLoop(() -> {
            pipe.write(Buffer.buffer("abc"));
            pipe.fail(cause);
            pipe.end();
            assertThat(pipe.write(Buffer.buffer("x")).cause()).isSameAs(cause);
            return null;
        });
        assertThatThrownBy(() -> pipe.read(new byte[9])).hasCause(cause);
        assertThatThrownBy(() -> pipe.sha256()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anUploadThatBreaksOffFailsThePipe() throws Exception {
        IOException cause = new IOException("connection reset");
        FileSource source = new FileSource(context, new byte[100_000], 1000);
        source.breakAt(50_000, cause);
        Future<Future<Void>> done = onLoopAsync(() -> pipe.receive(source));
        assertThatThrownBy(() -> pipe.readAllBytes())
                .isInstanceOf(IOException.class)
                .hasCause(cause);
        assertThat(done.await()
                        .transform(r -> Future.succeededFuture(r.cause()))
                        .await(10, TimeUnit.SECONDS))
                .isSameAs(cause);
    }

    @Test
    void anInterruptedReaderStopsAndStaysInterrupted() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread reader = new Thread(() -> {
            try {
                pipe.read();
            } catch (IOException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        reader.start();
        awaitState(reader, Thread.State.WAITING);
        reader.interrupt();
        reader.join(10_000);
        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(flag.get()).isTrue();
    }

    @Test
    void readsOfNothingDoNotWait() throws Exception {
        assertThat(pipe.read(new byte[0])).isZero();
        assertThatThrownBy(() -> pipe.setWriteQueueMaxSize(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void awaitState(Thread thread, Thread.State state) {
        while (thread.getState() != state) {
            Thread.onSpinWait();
        }
    }

    private <T> void onLoop(Callable<T> task) throws Exception {
        onLoopAsync(task).await(10, TimeUnit.SECONDS);
    }

    private <T> Future<T> onLoopAsync(Callable<@Nullable T> task) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(v -> {
            try {
                promise.complete(task.call());
            } catch (Throwable e) {
                promise.fail(e);
            }
        });
        return promise.future();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** Sends a file on an event loop, a piece a task, and counts how often it is held back. */
    private static final class FileSource implements ReadStream<Buffer> {
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger pauses = new AtomicInteger();
        private final Semaphore turns = new Semaphore(0);
        private final Context context;
        private final byte[] file;
        private final int piece;
        private int breakAt = Integer.MAX_VALUE;
        private @Nullable IOException breakCause;
        private @Nullable Handler<Buffer> handler;
        private @Nullable Handler<Void> endHandler;
        private @Nullable Handler<Throwable> exceptionHandler;
        private boolean paused = true;
        private boolean over;

        FileSource(Context context, byte[] file, int piece) {
            this.context = context;
            this.file = file;
            this.piece = piece;
        }

        void breakAt(int offset, IOException cause) {
            breakAt = offset;
            breakCause = cause;
        }

        @Override
        public FileSource handler(@Nullable Handler<Buffer> value) {
            handler = value;
            return this;
        }

        @Override
        public FileSource endHandler(@Nullable Handler<Void> value) {
            endHandler = value;
            return this;
        }

        @Override
        public FileSource exceptionHandler(@Nullable Handler<Throwable> value) {
            exceptionHandler = value;
            return this;
        }

        @Override
        public FileSource pause() {
            paused = true;
            if (handler != null) {
                pauses.incrementAndGet();
                turns.release();
            }
            return this;
        }

        @Override
        public FileSource resume() {
            if (paused) {
                paused = false;
                context.runOnContext(v -> send());
            }
            return this;
        }

        @Override
        public FileSource fetch(long amount) {
            throw new UnsupportedOperationException();
        }

        private void send() {
            if (paused || over) {
                return;
            }
            int from = sent.get();
            if (from >= breakAt && exceptionHandler != null && breakCause != null) {
                over = true;
                exceptionHandler.handle(breakCause);
            } else if (from == file.length && endHandler != null) {
                over = true;
                turns.release(file.length);
                endHandler.handle(null);
            } else if (handler != null) {
                int length = Math.min(piece, file.length - from);
                sent.addAndGet(length);
                handler.handle(Buffer.buffer().appendBytes(file, from, length));
                context.runOnContext(v -> send());
            }
        }
    }
}
