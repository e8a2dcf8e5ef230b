package dev.rowhound.worker.slot;

import dev.rowhound.artifact.StorageException;
import dev.rowhound.job.PendingAnswer;
import dev.rowhound.job.Question;
import dev.rowhound.queue.question.AnswerSignal;
import dev.rowhound.queue.question.Questions;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.redis.RetryPolicy.Timing;
import dev.rowhound.worker.lease.LeaseProtocol;
import dev.rowhound.worker.lease.Slots;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the questions of a node's items and delivers the answers to their processors. Answers are in the store; the
 * event bus only signals new ones, and the broker also polls each question once a second.
 */
public final class QuestionBroker extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(QuestionBroker.class);

    private static final long POLL_MILLIS = 1000;

    private final LeaseProtocol leases;
    private final EvidenceFiles files;
    private final AnswerSignal signal;
    private final Timing timing;
    private final Slots slots;
    private final Map<String, Waiting> open = new ConcurrentHashMap<>();
    private @Nullable MessageConsumer<String> answerListener;

    /**
     * @param files stores the pictures of questions
     * @param signal reports new answers
     * @param slots limits the waiting items of this node
     */
    public QuestionBroker(LeaseProtocol leases, EvidenceFiles files, AnswerSignal signal, Slots slots, Timing timing) {
        this.leases = leases;
        this.files = files;
        this.signal = signal;
        this.slots = slots;
        this.timing = timing;
    }

    @Override
    public Future<?> start() {
        answerListener = signal.listen(question -> {
            Waiting waiting = open.get(question);
            if (waiting != null) {
                waiting.context.runOnContext(none -> waiting.poll());
            }
        });
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return answerListener == null ? Future.succeededFuture() : answerListener.unregister();
    }

    /**
     * Asks a question. Called on the processor's thread; blocks until the picture is stored.
     *
     * @param context the context of the item's slot
     * @param onWaiting runs on that context before the item starts to wait
     */
    Waiting ask(Attempt attempt, Question question, Context context, Runnable onWaiting) {
        Waiting waiting = new Waiting(attempt, question, context, onWaiting);
        if (attempt.abandoned()) {
            waiting.done = "the item lost its lease";
        } else if (!attempt.takePlace(slots)) {
            attempt.postpone(null);
            waiting.done = "the node has reached its limit of look-ups that wait for a person";
        } else if (!waiting.storePicture()) {
            waiting.done = "the picture for the person could not be stored";
        } else {
            attempt.beginWait();
            slots.startWaiting();
            open.put(waiting.id, waiting);
            context.runOnContext(none -> waiting.begin());
        }
        return waiting;
    }

    /** A question with its state, which changes only on its context. */
    final class Waiting implements PendingAnswer {
        private final String id = Questions.newId();
        private final Attempt attempt;
        private final Question question;
        private final Context context;
        private final Runnable onWaiting;
        private volatile @Nullable String answer;
        private volatile @Nullable String done;
        private @Nullable String picture;
        private boolean pollRunning;
        private boolean ended;

        private Waiting(Attempt attempt, Question question, Context context, Runnable onWaiting) {
            this.attempt = attempt;
            this.question = question;
            this.context = context;
            this.onWaiting = onWaiting;
        }

        @Override
        public Optional<String> text() {
            return Optional.ofNullable(answer);
        }

        @Override
        public boolean over() {
            return done != null || answer == null && attempt.abandoned();
        }

        @Override
        public String reason() {
            String reason = done;
            return reason == null ? "the item lost its lease" : reason;
        }

        /** Stores the picture; false on failure, unless the question only asks to go on: the page's URL is enough. */
        private boolean storePicture() {
            byte[] bytes = question.picture();
            if (bytes == null) {
                return true;
            }
            try {
                picture = files.storePicture(attempt.item().lease(), id, bytes);
                return true;
            } catch (IOException e) {
                LOG.warn("The picture of a question could not be stored: {}", e.toString());
                if (question.text()) {
                    attempt.postpone(StorageException.of(e));
                }
                return !question.text();
            }
        }

        private void begin() {
            if (ended) {
                return;
            }
            onWaiting.run();
            pollRepeatedly();
        }

        private void pollRepeatedly() {
            if (!ended) {
                timing.after(POLL_MILLIS, this::pollRepeatedly);
                poll();
            }
        }

        private void poll() {
            if (ended || pollRunning) {
                return;
            }
            if (attempt.abandoned()) {
                end(null, "the item lost its lease");
                return;
            }
            pollRunning = true;
            // The call is idempotent, so an unavailable store only costs time.
            leases.ask(attempt.item(), id, question, picture)
                    .onComplete(look -> context.runOnContext(none -> {
                        pollRunning = false;
                        if (look.succeeded()) {
                            take(look.result());
                        } else {
                            LOG.debug("A question is waiting for the store", look.cause());
                        }
                    }));
        }

        private void take(Questions.Status look) {
            switch (look.state()) {
                case OPEN -> {}
                case ANSWERED -> end(look.text(), null);
                case OVER -> end(null, "no answer within " + question.waitMillis() / 1000 + " s");
                case GONE -> end(null, "the item lost its lease");
            }
        }

        /** Ends the wait because the attempt has ended without an answer. */
        void giveUp() {
            end(null, "the look-up has ended");
        }

        private void end(@Nullable String text, @Nullable String reason) {
            if (ended || done != null) {
                return;
            }
            ended = true;
            open.remove(id);
            slots.stopWaiting();
            attempt.endWait();
            answer = text;
            done = reason;
            if (picture != null) {
                context.owner()
                        .executeBlocking(
                                () -> {
                                    files.deletePicture(attempt.item().lease(), id);
                                    return null;
                                },
                                false)
                        .onFailure(error -> LOG.debug("A question's picture stays until it is swept", error));
            }
        }
    }
}
