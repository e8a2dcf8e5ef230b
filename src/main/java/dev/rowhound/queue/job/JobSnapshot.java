package dev.rowhound.queue.job;

import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.redis.ScriptReply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stands at one moment.
 *
 * @param id the job's id
 * @param state where the job stands
 * @param user whose job it is
 * @param recipe the recipe's document, as it was when the job began
 * @param recipeName the recipe's name
 * @param recipeVersion the recipe's version
 * @param fields the names of the recipe's fields, in order
 * @param file the uploaded file's name
 * @param columns the names of the input's columns, in order
 * @param keyColumn which of them is looked up, from 0
 * @param header whether the input's first line is a header: {@code present}, and {@code detected} where that was found
 *     out; null for a job of a version that did not note it
 * @param received how many rows have arrived
 * @param total how many rows there are, or null while the upload arrives
 * @param generation which pass over the rows this is, from 1
 * @param counters how many rows are in each state; repeats count with their first row
 * @param created when the job was opened
 * @param started when its first item was started, or null
 * @param ended when it ended, or null
 * @param reason why it failed, or why it is paused or is to be once its input is all there; null otherwise
 * @param questions those that wait for a person's answer
 * @param lastSeq the number of its last event
 * @param lastMark the mark of its last event
 * @param fingerprint what the upload was opened with
 * @param digest the digest of the whole upload, empty while it arrives
 * @param pace how fast its items may follow each other
 * @param schedule the schedule whose fire it is, or null
 * @param at when this was read
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

    /** How many rows are in each state that any is in, such as {@code found 260, not_found 25}. */
    String outcomes() {
        return counters.entrySet().stream()
                .filter(counter -> counter.getValue() > 0)
                .map(counter -> counter.getKey().wire() + " " + counter.getValue())
                .collect(Collectors.joining(", "));
    }

    /**
     * A row that waits for a person.
     *
     * @param row the row's number
     * @param question as its event tells it
     */
    public record OpenQuestion(int row, JsonObject question) {
        /** Reads row and question in turn. */
        public static List<OpenQuestion> list(ScriptReply reply) {
            return reply.rest(next -> new OpenQuestion(next.integer(), new JsonObject(next.text()))).stream()
                    .sorted(Comparator.comparingInt(OpenQuestion::row))
                    .toList();
        }
    }

    /** Whether a row that has no end will have none. */
    public boolean endedEarly() {
        return state == JobState.CANCELLED || state == JobState.FAILED;
    }

    /** How many rows can be read: those of an upload that failed are forgotten. */
    public int readable() {
        return state == JobState.FAILED ? 0 : received;
    }

    /** How many rows have ended. */
    public int done() {
        return counters.entrySet().stream()
                .filter(entry -> entry.getKey().ended())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** How many rows have ended otherwise than with their job, so that they have been worked on or were refused. */
    public int doneByThemselves() {
        return done() - counters.getOrDefault(ItemState.CANCELLED, 0);
    }

    /** The cursor of the last event, {@code <seq>.<mark>}. */
    public String lastEvent() {
        return lastSeq + "." + lastMark;
    }

    /** Reads the reply of the script {@code snapshot}: a head, then field and value in turn. */
    static JobSnapshot of(String id, ScriptReply reply) {
        long now = reply.integer64();
        long seq = reply.integer64();
        String mark = reply.text();
        List<OpenQuestion> questions = OpenQuestion.list(reply.list());
        Map<String, String> m = reply.restByName();
        Integer total = m.containsKey("total") ? Integer.valueOf(m.getOrDefault("total", "0")) : null;
        int received = Integer.parseInt(m.getOrDefault("rows", "0"));
        return new JobSnapshot(
                id,
                JobState.of(m.getOrDefault("state", "")),
                m.getOrDefault("user", ""),
                new JsonObject(m.getOrDefault("recipe", "{}")),
                m.getOrDefault("recipe_name", ""),
                Integer.parseInt(m.getOrDefault("recipe_version", "0")),
                strings(m.getOrDefault("fields", "[]")),
                m.getOrDefault("file", ""),
                strings(m.getOrDefault("columns", "[]")),
                Integer.parseInt(m.getOrDefault("key_column", "0")),
                m.containsKey("header") ? new JsonObject(m.getOrDefault("header", "{}")) : null,
                received,
                total,
                Integer.parseInt(m.getOrDefault("gen", "1")),
                counters(m, received),
                Instant.ofEpochMilli(Long.parseLong(m.getOrDefault("created", "0"))),
                instant(m.get("started")),
                instant(m.get("ended")),
                reason(m),
                questions,
                seq,
                mark,
                m.getOrDefault("fingerprint", ""),
                m.getOrDefault("digest", ""),
                new NewJob.Pace(
                        number(m, "priority", FairScheduler.DEFAULT_PRIORITY),
                        number(m, "conc", 0),
                        number(m, "delay_min", 0),
                        number(m, "delay_max", 0)),
                m.get("schedule"),
                Instant.ofEpochMilli(now));
    }

    /** What has halted a job matters only while it is halted. */
    private static @Nullable JsonObject reason(Map<String, String> m) {
        JobState state = JobState.of(m.getOrDefault("state", ""));
        boolean halted = state == JobState.PAUSED || state == JobState.RECEIVING;
        String reason = halted ? m.get("halt") : m.get("reason");
        return reason == null ? null : new JsonObject(reason);
    }

    private static Map<ItemState, Integer> counters(Map<String, String> m, int received) {
        Map<ItemState, Integer> counters = new EnumMap<>(ItemState.class);
        int waiting = received;
        for (ItemState state : ItemState.values()) {
            if (state != ItemState.WAITING) {
                int count = Integer.parseInt(m.getOrDefault("c:" + state.code(), "0"));
                counters.put(state, count);
                waiting -= count;
            }
        }
        counters.put(ItemState.WAITING, waiting);
        return counters;
    }

    private static int number(Map<String, String> m, String field, int otherwise) {
        return Integer.parseInt(m.getOrDefault(field, String.valueOf(otherwise)));
    }

    private static @Nullable Instant instant(@Nullable String millis) {
        return millis == null ? null : Instant.ofEpochMilli(Long.parseLong(millis));
    }

    private static List<String> strings(String json) {
        JsonArray array = new JsonArray(json);
        return IntStream.range(0, array.size()).mapToObj(array::getString).collect(Collectors.toUnmodifiableList());
    }
}
