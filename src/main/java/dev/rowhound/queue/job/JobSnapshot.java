package dev.rowhound.queue.job;

import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.job.event.PauseReason;
import dev.rowhound.job.event.WireTime;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.redis.JobField;
import dev.rowhound.redis.JobRecord;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The state of a job at one moment.
 *
 * @param user the owner
 * @param recipe the recipe's document at the start of the job
 * @param fields the names of the recipe's fields, in order
 * @param file the uploaded file's name
 * @param columns the names of the input's columns, in order
 * @param keyColumn the index of the key column, from 0
 * @param header whether the input's first line is a header: {@code present}, and {@code detected} if the request did
 *     not specify it; null for a job of a version that did not record it
 * @param received how many rows have arrived
 * @param total how many rows there are, or null while the upload is in progress
 * @param generation the generation, from 1
 * @param counters the number of rows in each state; repeats count with their first row
 * @param reason why it failed, or why it is paused or will be once its input is complete; null otherwise
 * @param questions the questions that wait for an answer
 * @param lastSeq the sequence number of its last event
 * @param lastMark the mark of its last event
 * @param fingerprint the fingerprint of the upload's parameters
 * @param digest the digest of the whole upload, empty while it is in progress
 * @param pace the limits on its items
 * @param schedule the schedule that created it, or null
 * @param at when the snapshot was taken
 */
public record JobSnapshot(
        String id,
        JobState state,
        String user,
        JsonObject recipe,
        String recipeName,
        int recipeVersion,
        List<String> fields,
        String file,
        List<String> columns,
        int keyColumn,
        @Nullable JsonObject header,
        int received,
        @Nullable Integer total,
        int generation,
        Map<ItemState, Integer> counters,
        Instant created,
        @Nullable Instant started,
        @Nullable Instant ended,
        @Nullable JsonObject reason,
        List<OpenQuestion> questions,
        long lastSeq,
        String lastMark,
        String fingerprint,
        String digest,
        NewJob.Pace pace,
        @Nullable String schedule,
        Instant at) {

    /** Lists the non-zero counters, such as {@code found 260, not_found 25}. */
    String outcomes() {
        return counters.entrySet().stream()
                .filter(counter -> counter.getValue() > 0)
                .map(counter -> counter.getKey().wire() + " " + counter.getValue())
                .collect(Collectors.joining(", "));
    }

    /**
     * A question that waits for an answer.
     *
     * @param question as in its event
     */
    public record OpenQuestion(int row, JsonObject question) {
        /** Reads alternating rows and entries of the questions' hash. */
        public static List<OpenQuestion> list(ScriptReply reply) {
            return reply.rest(next -> of(next.integer(), next.text())).stream()
                    .sorted(Comparator.comparingInt(OpenQuestion::row))
                    .toList();
        }

        /** Parses an entry of the questions' hash: {@code id|deadline in ms|1 if a text is wanted|question}. */
        private static OpenQuestion of(int row, String entry) {
            String[] parts = entry.split("\\|", 4);
            return new OpenQuestion(
                    row, new JsonObject(parts[3]).put("until", WireTime.ofMillis(Long.parseLong(parts[1]))));
        }
    }

    /** Returns whether rows without a final state will never get one. */
    public boolean endedEarly() {
        return state == JobState.CANCELLED || state == JobState.FAILED;
    }

    /** Returns how many rows can be read: those of a failed upload are deleted. */
    public int readable() {
        return state == JobState.FAILED ? 0 : received;
    }

    /** Returns how many rows have a final state. */
    public int done() {
        return counters.entrySet().stream()
                .filter(entry -> entry.getKey().ended())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** Returns how many rows have a final state other than cancelled, because they were processed or rejected. */
    public int doneByThemselves() {
        return done() - counters.getOrDefault(ItemState.CANCELLED, 0);
    }

    /** Returns the cursor of the last event, {@code <seq>.<mark>}. */
    public String lastEvent() {
        return lastSeq + "." + lastMark;
    }

    /** Parses the reply of the script {@code snapshot}: a head, then alternating fields and values. */
    static JobSnapshot of(String id, ScriptReply reply) {
        long now = reply.integer64();
        long seq = reply.integer64();
        String mark = reply.text();
        List<OpenQuestion> questions = OpenQuestion.list(reply.list());
        JobRecord m = new JobRecord(reply.restByName());
        Integer total = m.has(JobField.TOTAL) ? m.number(JobField.TOTAL, 0) : null;
        int received = m.number(JobField.ROWS, 0);
        return new JobSnapshot(
                id,
                JobState.of(m.text(JobField.STATE, "")),
                m.text(JobField.USER, ""),
                new JsonObject(m.text(JobField.RECIPE, "{}")),
                m.text(JobField.RECIPE_NAME, ""),
                m.number(JobField.RECIPE_VERSION, 0),
                strings(m.text(JobField.FIELDS, "[]")),
                m.text(JobField.FILE, ""),
                strings(m.text(JobField.COLUMNS, "[]")),
                m.number(JobField.KEY_COLUMN, 0),
                m.has(JobField.HEADER) ? new JsonObject(m.text(JobField.HEADER, "{}")) : null,
                received,
                total,
                m.number(JobField.GEN, 1),
                counters(m, received),
                Objects.requireNonNullElse(m.time(JobField.CREATED), Instant.EPOCH),
                m.time(JobField.STARTED),
                m.time(JobField.ENDED),
                reason(m),
                questions,
                seq,
                mark,
                m.text(JobField.FINGERPRINT, ""),
                m.text(JobField.DIGEST, ""),
                new NewJob.Pace(
                        m.number(JobField.PRIORITY, FairScheduler.DEFAULT_PRIORITY),
                        m.number(JobField.CONC, 0),
                        m.number(JobField.DELAY_MIN, 0),
                        m.number(JobField.DELAY_MAX, 0)),
                m.find(JobField.SCHEDULE),
                Instant.ofEpochMilli(now));
    }

    /** Reads the reason; a pause reason counts only while the job is paused or receiving. */
    private static @Nullable JsonObject reason(JobRecord m) {
        JobState state = JobState.of(m.text(JobField.STATE, ""));
        boolean halted = state == JobState.PAUSED || state == JobState.RECEIVING;
        String stored = halted ? m.find(JobField.HALT) : m.find(JobField.REASON);
        if (stored == null) {
            return null;
        }
        return halted ? PauseReason.toJson(stored) : new JsonObject(stored);
    }

    private static Map<ItemState, Integer> counters(JobRecord m, int received) {
        Map<ItemState, Integer> counters = new EnumMap<>(ItemState.class);
        int waiting = received;
        for (ItemState state : ItemState.values()) {
            if (state != ItemState.WAITING) {
                int count = m.count(state.code());
                counters.put(state, count);
                waiting -= count;
            }
        }
        counters.put(ItemState.WAITING, waiting);
        return counters;
    }

    private static List<String> strings(String json) {
        JsonArray array = new JsonArray(json);
        return IntStream.range(0, array.size()).mapToObj(array::getString).collect(Collectors.toUnmodifiableList());
    }
}
