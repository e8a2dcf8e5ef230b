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
public final class Questions {
    /** Longer texts are cut: what a person reads is a sentence. */
    private static final int MOST_PROMPT = 500;

    private static final int MOST_ADDRESS = 1000;
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
    public enum Standing {
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
    public record Look(Standing standing, String text) {}

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
                .put("prompt", cut(question.prompt(), MOST_PROMPT))
                .put("text", question.text())
                .put("page", cut(question.page(), MOST_ADDRESS))
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
                .map(reply -> reply.toString().equals("ok"));
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
                .map(reply -> switch (reply.get(0).toString()) {
                    case "open" -> new Look(Standing.OPEN, "");
                    case "answered" ->
                        new Look(Standing.ANSWERED, reply.get(1).toString().substring(1));
                    case "over" -> new Look(Standing.OVER, "");
                    default -> new Look(Standing.GONE, "");
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
                        List.of(Nonces.next(), row, id, text == null ? GO_ON : TEXT + text))
                .map(reply -> switch (reply.toString()) {
                    case "ok" -> Answered.OK;
                    case "again" -> Answered.AGAIN;
                    case "text" -> Answered.TEXT;
                    case "go_on" -> Answered.GO_ON;
                    default -> Answered.OVER;
                });
    }
}
