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
 * Puts the questions of a node's items, and brings the answers to those who asked. The answer is in the store; the event
 * bus only says when to look, and without it each question is looked at once a second.
 */
public final class QuestionBroker extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(QuestionBroker.class);

    /** Between two looks at a question, in milliseconds. */
    private static final long LOOK_MILLIS = 1000;

    private final LeaseProtocol leases;
    private final EvidenceFiles files;
    private final AnswerSignal signal;
    private final Timing timing;
    private final Slots slots;
    private final Map<String, Waiting> open = new ConcurrentHashMap<>();
    private @Nullable MessageConsumer<String> listening;

    /**
     * Over those parts.
     *
     * @param files keeps what people must see
     * @param signal says when to look
     * @param slots counts what waits on this node
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
        listening = signal.listen(question -> {
            Waiting waiting = open.get(question);
            if (waiting != null) {
                waiting.context.runOnContext(none -> waiting.look());
            }
        });
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return listening == null ? Future.succeededFuture() : listening.unregister();
    }

    /**
     * Asks. Called on the processor's thread, which it holds until the picture is kept.
     *
     * @param context where the item's slot lives
     * @param onWaiting is run there before the item begins to wait
     */
    Waiting ask(Attempt attempt, Question question, Context context, Runnable onWaiting) {
        Waiting waiting = new Waiting(attempt, question, context, onWaiting);
        if (attempt.abandoned()) {
            waiting.done = "the item was taken away";
        } else if (!attempt.takePlace(slots)) {
            attempt.postpone();
            waiting.done = "as many look-ups wait for a person here as may";
        } else if (!waiting.keepPicture()) {
            waiting.done = "what the person must see could not be kept";
        } else {
            attempt.beginWait();
            slots.startWaiting();
            open.put(waiting.id, waiting);
            context.runOnContext(none -> waiting.begin());
        }
        return waiting;
    }

    /** Lets an item wait, without its slot, until there is room for its question. */
    Future<Void> postpone(Attempt attempt) {
        return leases.awaitQuestion(attempt.item(), attempt.unkept(), attempt.slowDownMillis());
    }

    /** A question that was asked. What it keeps changes on its context only. */
    final class Waiting implements PendingAnswer {
        private final String id = Questions.newId();
        private final Attempt attempt;
        private final Question question;
        private final Context context;
        private final Runnable onWaiting;
        private volatile @Nullable String answer;
        private volatile @Nullable String done;
        private @Nullable String picture;
        private boolean asked;
        private boolean calling;
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
            String why = done;
            return why == null ? "the item was taken away" : why;
        }

        /** Whether the person sees what they must; to say "go on", the page's address is enough. */
        private boolean keepPicture() {
            byte[] bytes = question.picture();
            if (bytes == null) {
                return true;
            }
            try {
                picture = files.keepPicture(attempt.item().lease(), id, bytes);
                return true;
            } catch (IOException e) {
                LOG.warn("The picture of a question could not be kept: {}", e.toString());
                if (question.text()) {
                    attempt.unkept(StorageException.of(e));
                }
                return !question.text();
            }
        }

        private void begin() {
            if (ended) {
                return;
            }
            onWaiting.run();
            leases.rest(attempt.item());
            lookOnAndOn();
        }

        private void lookOnAndOn() {
            if (!ended) {
                timing.after(LOOK_MILLIS, this::lookOnAndOn);
                look();
            }
        }

        private void look() {
            if (ended || calling) {
                return;
            }
            if (attempt.abandoned()) {
                end(null, "the item was taken away");
                return;
            }
            calling = true;
            // Either call may be sent again, so a store that is away only costs time.
            (asked ? leases.look(attempt.item(), id) : put())
                    .onComplete(look -> context.runOnContext(none -> {
                        calling = false;
                        if (look.succeeded()) {
                            take(look.result());
                        } else {
                            LOG.debug("A question waits for the store", look.cause());
                        }
                    }));
        }

        private Future<Questions.Look> put() {
            return leases.ask(attempt.item(), id, question, picture).map(held -> {
                asked = held;
                return new Questions.Look(held ? Questions.QuestionState.OPEN : Questions.QuestionState.GONE, "");
            });
        }

        private void take(Questions.Look look) {
            switch (look.state()) {
                case OPEN -> {}
                case ANSWERED -> end(look.text(), null);
                case OVER -> end(null, "nobody has answered within " + question.waitMillis() / 1000 + " s");
                case GONE -> end(null, "the item was taken away");
            }
        }

        /** The asker has gone on without an answer. */
        void giveUp() {
            end(null, "the look-up has ended");
        }

        private void end(@Nullable String text, @Nullable String why) {
            if (ended || done != null) {
                return;
            }
            ended = true;
            open.remove(id);
            slots.stopWaiting();
            attempt.endWait();
            answer = text;
            done = why;
            if (picture != null) {
                context.owner()
                        .executeBlocking(
                                () -> {
                                    files.dropPicture(attempt.item().lease(), id);
                                    return null;
                                },
                                false)
                        .onFailure(error -> LOG.debug("A question's picture stays until it is swept", error));
            }
        }
    }
}
