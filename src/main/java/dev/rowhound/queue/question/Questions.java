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
 * Puts questions to people, and brings their answers back. Each question has an id of its own, so that an answer to one
 * that is over is never taken for another's. Each call may be sent again after a lost reply.
 */
public class Questions {
    /** Longer texts are cut: what a person reads is a sentence. */
    private static final int MAX_PROMPT_CHARS = 500;

    private static final int MAX_ADDRESS_CHARS = 1000;
    private static final String GO_ON = "g";
    private static final String TEXT = "t";

    private final RedisConnector redis;

    /** For the store behind that connection. */
    public Questions(RedisConnector redis) {
        this.redis = redis;
    }

    /** An id for a question. */
    public static String newId() {
        return Nonces.next();
    }

    /** Where a question stands. */
    public enum QuestionState {
        /** Nobody has answered so far. */
        OPEN,
        /** There is an answer. */
        ANSWERED,
        /** Nobody has answered in time. */
        OVER,
        /** The item is no longer the asker's. */
        GONE
    }

    /**
     * What has become of a question.
     *
     * @param text the answer, empty where the person only said "go on" or there is none
     */
    public record Look(QuestionState state, String text) {}

    /** What became of an answer. */
    public enum Answered {
        /** It was taken. */
        OK,
        /** It had been taken before; the call was sent twice. */
        AGAIN,
        /** The question wants a text. */
        TEXT,
        /** The question wants to hear "go on", no text. */
        GO_ON,
        /** The question is not open: answered otherwise, out of time, or not asked at all. */
        OVER
    }

    /**
     * Asks. The item waits for a person from then on; its lease is to be held meanwhile.
     *
     * @param picture where what the person must see can be fetched, or null
     * @return false when the lease was lost
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

    /** Looks what has become of a question. */
    public Future<Look> look(Lease lease, String id) {
        Keys.Job keys = Keys.job(lease.job());
        return redis.run(
                        Scripts.ASKED,
                        List.of(keys.owners(), keys.questions(), keys.answers()),
                        List.of(lease.row(), lease.token(), id))
                .map(reply -> {
                    QuestionState state = reply.word(QuestionState.class);
                    return new Look(
                            state,
                            state == QuestionState.ANSWERED ? reply.text().substring(1) : "");
                });
    }

    /**
     * Answers.
     *
     * @param text the text, or null for "go on"
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
