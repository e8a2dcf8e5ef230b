package dev.rowhound.queue.question;

import dev.rowhound.job.Question;
import dev.rowhound.queue.Lease;
import dev.rowhound.queue.Nonces;
import dev.rowhound.queue.Scripts;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores questions to people and their answers. Each question has a unique id, so that a late answer is never
 * attributed to another question. All calls are idempotent.
 */
public class Questions {
    /** Longer texts are truncated: a prompt is a sentence for a person. */
    private static final int MAX_PROMPT_CHARS = 500;

    private static final int MAX_ADDRESS_CHARS = 1000;
    private static final String GO_ON = "g";
    private static final String TEXT = "t";

    private final RedisConnector redis;

    public Questions(RedisConnector redis) {
        this.redis = redis;
    }

    public static String newId() {
        return Nonces.next();
    }

    /** The state of a question. */
    public enum QuestionState {
        /** There is no answer yet. */
        OPEN,
        ANSWERED,
        /** Nobody answered in time. */
        OVER,
        /** The lease was lost. */
        GONE
    }

    /**
     * The state of a question and its answer.
     *
     * @param text the answer, empty if the person only confirmed or there is none
     */
    public record Status(QuestionState state, String text) {}

    /** The result of an answer. */
    public enum Answered {
        /** It was accepted. */
        OK,
        /** It was accepted before: the call was repeated. */
        AGAIN,
        /** The question expects a text. */
        TEXT,
        /** The question expects a confirmation without a text. */
        GO_ON,
        /** The question is not open: it was answered differently, expired, or never asked. */
        OVER
    }

    /**
     * Asks a question. The item waits for a person from then on; the caller must keep its lease.
     *
     * @param picture the URL of a picture for the person, or null
     * @return false if the lease was lost
     */
    public Future<Boolean> ask(Lease lease, String id, Question question, @Nullable String picture) {
        JsonObject json = new JsonObject()
                .put("id", id)
                .put("prompt", cut(question.prompt(), MAX_PROMPT_CHARS))
                .put("text", question.text())
                .put("page", cut(question.page(), MAX_ADDRESS_CHARS))
                .put("picture", picture)
                .put("rejected", question.rejected())
                .put("tries_left", question.triesLeft());
        return redis.run(
                        Scripts.ASK,
                        Keys.job(lease.job()).forAsking(),
                        List.of(
                                Nonces.next(),
                                lease.row(),
                                lease.token(),
                                id,
                                Math.max(0, question.waitMillis()),
                                question.text() ? 1 : 0,
                                json.encode()))
                .map(reply -> reply.text().equals("ok"));
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    /** Returns the state of a question. */
    public Future<Status> status(Lease lease, String id) {
        Keys.Job keys = Keys.job(lease.job());
        return redis.run(
                        Scripts.ASKED,
                        List.of(keys.owners(), keys.questions(), keys.answers()),
                        List.of(lease.row(), lease.token(), id))
                .map(reply -> {
                    QuestionState state = reply.word(QuestionState.class);
                    return new Status(
                            state,
                            state == QuestionState.ANSWERED ? reply.text().substring(1) : "");
                });
    }

    /**
     * Answers a question.
     *
     * @param text the text, or null for a confirmation
     */
    public Future<Answered> answer(String job, int row, String id, @Nullable String text) {
        return redis.run(
                        Scripts.ANSWER,
                        Keys.job(job).forAsking(),
                        List.of(
                                Nonces.next(),
                                row,
                                id,
                                text == null ? GO_ON : TEXT + text,
                                new JsonObject().put("id", id).encode()))
                .map(reply -> reply.word(Answered.class));
    }
}
