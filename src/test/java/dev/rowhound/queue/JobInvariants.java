package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.http.EventSchema;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.job.Row;
import dev.rowhound.job.event.EventType;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventLog;
import dev.rowhound.progress.JobEvent;
import dev.rowhound.queue.job.ChunkCodec;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** What must hold of a job's keys after every step, whatever has happened, read from the raw keys. */
public final class JobInvariants {
    private static final String ENDED = "fnibxc";
    private static final Set<String> FIELDS_OF_ALL = Set.of("v", "id", "seq", "type", "job", "gen", "at", "counters");
    private static final String IN_FLIGHT_OR_LATER = "rthqfnbx";

    private final TestRedis store;
    private final String job;
    private final Keys.Job keys;
    private final Map<String, String> m;
    private final JobState state;
    private final int rows;
    private final List<JobEvent> events;

    private JobInvariants(TestRedis store, String job) {
        this.store = store;
        this.job = job;
        this.keys = Keys.job(job);
        this.m = store.hash(keys.meta());
        this.state = JobState.of(m.get("state"));
        this.rows = number("rows");
        this.events = Await.result(new EventLog(store.connector()).after(job, Cursor.START, 30_000))
                .events();
    }

    /** Checks all jobs in the store, their events against the schema too. */
    public static void checkAll(TestRedis store) {
        for (String key : store.list(Command.KEYS, "{j:*}:m")) {
            String job = key.substring("{j:".length(), key.length() - "}:m".length());
            check(store, job);
            checkSchema(store, job);
        }
    }

    /** Checks one job. */
    public static void check(TestRedis store, String job) {
        JobInvariants invariants = new JobInvariants(store, job);
        invariants.record();
        invariants.eventNumbers();
        invariants.eventCounters();
        HaltInvariants.check(invariants.m, invariants.events);
        if (invariants.state == JobState.FAILED) {
            invariants.inputGone();
        } else {
            invariants.rowsAgree();
        }
        invariants.lifetime();
    }

    /** Checks a job's events against {@code event.schema.json}, and that they have no field beyond the catalogue. */
    public static void checkSchema(TestRedis store, String job) {
        for (JobEvent event : new JobInvariants(store, job).events) {
            assertThat(EventSchema.check(store.vertx(), new JsonObject(event.json())))
                    .as(event.json())
                    .isEmpty();
            assertThat(FIELDS_OF_ALL)
                    .as("fields of all events and of the type of %s", event.json())
                    .containsAll(undeclared(new JsonObject(event.json())));
        }
    }

    private static Set<String> undeclared(JsonObject event) {
        Set<String> fields = new TreeSet<>(event.fieldNames());
        Objects.requireNonNull(EventType.of(event.getString("type")))
                .fields()
                .forEach(field -> fields.remove(field.replace("?", "")));
        return fields;
    }

    private int number(String field) {
        return Integer.parseInt(m.getOrDefault(field, "0"));
    }

    private int ended() {
        return ENDED.chars().map(state -> number("c:" + (char) state)).sum();
    }

    private void record() {
        if (state == JobState.RECEIVING) {
            assertThat(m).doesNotContainKeys("total", "ended");
        } else {
            assertThat(number("total")).as("total").isEqualTo(rows);
        }
        m.forEach((field, value) -> {
            if (field.startsWith("c:")) {
                assertThat(Integer.parseInt(value)).as(field).isBetween(0, rows);
            }
        });
        assertThat(m.containsKey("ended")).as("has ended").isEqualTo(state.terminal());
        assertThat(m.containsKey("reason")).as("has a reason").isEqualTo(state == JobState.FAILED);
        if (state == JobState.RUNNING || state == JobState.PAUSED) {
            assertThat(ended() < rows || m.containsKey("scan"))
                    .as("an open job has rows left")
                    .isTrue();
        } else if (state.terminal()) {
            assertThat(ended()).as("rows that have ended").isEqualTo(rows);
        }
        if (state == JobState.COMPLETED) {
            assertThat(number("c:c")).as("cancelled rows").isZero();
        }
    }

    private void eventNumbers() {
        List<Long> numbers = events.stream().map(event -> event.cursor().seq()).toList();
        List<Long> expected = new ArrayList<>();
        for (long seq = 1; seq <= number("seq"); seq++) {
            expected.add(seq);
        }
        assertThat(numbers).isEqualTo(expected);
        assertThat(events).allSatisfy(event -> assertThat(event.cursor().mark()).matches("[0-9a-f]{8}"));
        List<Integer> terminal = events.stream()
                .filter(JobEvent::terminal)
                .map(event -> new JsonObject(event.json()).getInteger("gen"))
                .toList();
        assertThat(terminal)
                .as("generations with a terminal event")
                .isEqualTo(IntStream.rangeClosed(1, number("gen") - (state.terminal() ? 0 : 1))
                        .boxed()
                        .toList());
        if (state.terminal()) {
            assertThat(events.get(events.size() - 1).type()).isEqualTo("job." + state.wire());
        }
    }

    /** What the events say in words adds up to what their counters say, and each item ends once. */
    private void eventCounters() {
        Set<Integer> endedItems = new HashSet<>();
        Set<List<Integer>> passes = new HashSet<>();
        int told = 0;
        for (JobEvent event : events) {
            JsonObject json = new JsonObject(event.json());
            switch (event.type()) {
                case "item.ended" -> {
                    assertThat(passes.add(List.of(json.getInteger("row"), json.getInteger("gen"))))
                            .as(event.json())
                            .isTrue();
                    endedItems.add(json.getInteger("row"));
                    told += json.getInteger("rows", 1);
                }
                case "rows.rejected" -> told += json.getJsonArray("rows").size();
                case "rows.repeated" -> told += json.getInteger("count");
                default ->
                    assertThat(json.getJsonObject("counters").getInteger("waiting"))
                            .isNotNegative();
            }
            JsonObject counters = json.getJsonObject("counters");
            int counted = 0;
            for (ItemState state : ItemState.values()) {
                if (state.ended() && state != ItemState.CANCELLED) {
                    counted += counters.getInteger(state.wire());
                }
            }
            // A chunk's refused rows and its repeats of ended ones are counted at once, and told one after the other.
            if (!event.type().equals("rows.rejected") && json.getInteger("gen") == 1) {
                assertThat(counted).as(event.json()).isEqualTo(told);
            }
        }
        if (number("gen") == 1) {
            assertThat(told).as("rows told as ended").isEqualTo(ended() - number("c:c"));
        }
        if (state != JobState.FAILED) {
            Set<Integer> results = new HashSet<>();
            store.hash(keys.results()).keySet().forEach(row -> results.add(Integer.valueOf(row)));
            assertThat(results).as("results of what was told as ended").isEqualTo(endedItems);
        }
    }

    private void rowsAgree() {
        List<Row> input = input();
        assertThat(input).hasSize(rows);
        String bytes = TestRedis.bytes(store.send(Command.GET, keys.states()));
        assertThat(bytes.length()).isLessThanOrEqualTo(rows);
        Map<Integer, Integer> repeats = new TreeMap<>();
        Map<Character, Integer> counts = new HashMap<>();
        Set<Integer> running = new TreeSet<>();
        Set<Integer> retrying = new TreeSet<>();
        Set<Integer> held = new TreeSet<>();
        Set<Integer> asking = new TreeSet<>();
        Set<Integer> withResult = new TreeSet<>();
        String errors = TestRedis.bytes(store.send(Command.GET, keys.errors()));
        for (Row row : input) {
            if (row.aliasOf() > 0 && row.invalid() == null) {
                repeats.merge(row.aliasOf(), 1, Integer::sum);
            }
        }
        for (Row row : input) {
            char code = row.number() <= bytes.length() ? bytes.charAt(row.number() - 1) : '\0';
            boolean refused = row.invalid() != null;
            assertThat(code == 'i').as("row %s is refused", row).isEqualTo(refused);
            assertThat(code == ItemState.ALIAS).as("row %s is an alias", row).isEqualTo(!refused && row.aliasOf() > 0);
            if (code == ItemState.ALIAS) {
                continue;
            }
            ItemState item = ItemState.of(code);
            if (code == '\0') {
                assertThat(row.number()).as("an untouched row").isGreaterThanOrEqualTo(number("next"));
            } else if (IN_FLIGHT_OR_LATER.indexOf(code) >= 0 && number("gen") == 1) {
                assertThat(row.number()).as("a row that was taken").isLessThan(number("next"));
            }
            counts.merge(code, item.ended() ? 1 + repeats.getOrDefault(row.number(), 0) : 1, Integer::sum);
            switch (item) {
                case RUNNING -> running.add(row.number());
                case RETRYING -> retrying.add(row.number());
                case HELD -> held.add(row.number());
                case NEEDS_HUMAN -> asking.add(row.number());
                case FOUND, NOT_FOUND, BLOCKED, FAILED -> withResult.add(row.number());
                default -> assertThat(item).isIn(ItemState.WAITING, ItemState.INVALID_INPUT);
            }
            char error = row.number() <= errors.length() ? errors.charAt(row.number() - 1) : '\0';
            assertThat(error != '\0')
                    .as("row %s has an error byte", row)
                    .isEqualTo(item == ItemState.FAILED || item == ItemState.BLOCKED);
        }
        Map<Integer, Integer> storedRepeats = new TreeMap<>();
        store.hash(keys.repeats())
                .forEach((row, times) -> storedRepeats.put(Integer.valueOf(row), Integer.valueOf(times)));
        assertThat(storedRepeats).as("repeats").isEqualTo(repeats);
        Set<Integer> stored = rowsOf(store.hash(keys.results()).keySet());
        if (number("gen") == 1) {
            assertThat(stored).as("rows with a result").isEqualTo(withResult);
        } else {
            // What an earlier pass has found stays until the next one has.
            assertThat(stored).as("rows with a result").containsAll(withResult);
        }
        counters(counts);
        boolean cancelled = state == JobState.CANCELLED;
        Set<Integer> waiting = rowsOf(store.scores(keys.held()).keySet());
        waiting.retainAll(asking);
        asking.removeAll(waiting);
        held.addAll(waiting);
        assertThat(rowsOf(store.hash(keys.questions()).keySet())).as("asking").isEqualTo(cancelled ? Set.of() : asking);
        running.addAll(asking);
        assertThat(rowsOf(store.scores(keys.leases()).keySet())).as("leases").isEqualTo(cancelled ? Set.of() : running);
        assertThat(rowsOf(store.hash(keys.owners()).keySet())).as("owners").isEqualTo(cancelled ? Set.of() : running);
        assertThat(rowsOf(store.scores(keys.due()).keySet())).as("due").isEqualTo(cancelled ? Set.of() : retrying);
        assertThat(rowsOf(store.scores(keys.held()).keySet())).as("held").isEqualTo(cancelled ? Set.of() : held);
        store.hash(keys.attempts())
                .forEach((row, record) ->
                        assertThat(record).as("attempts at row %s", row).matches("\\d+:\\d+:(\\d+-\\w+-[0-9a-f]{8})?"));
    }

    private void counters(Map<Character, Integer> counts) {
        for (char code : "rthqfnibxc".toCharArray()) {
            int expected = counts.getOrDefault(code, 0);
            if (state == JobState.CANCELLED) {
                // Nothing is written for each item that a cancel ends.
                expected = switch (code) {
                    case 'r', 't', 'h', 'q' -> 0;
                    case 'c' ->
                        rows
                                - "fnibx"
                                        .chars()
                                        .map(ended -> counts.getOrDefault((char) ended, 0))
                                        .sum();
                    default -> expected;
                };
            }
            assertThat(number("c:" + code)).as("counter %s", code).isEqualTo(expected);
        }
    }

    private List<Row> input() {
        Buffer index = Buffer.buffer(TestRedis.bytes(store.send(Command.GET, keys.chunkIndex())), "ISO-8859-1");
        List<Row> input = new ArrayList<>();
        for (int chunk = 0; chunk < index.length() / 4; chunk++) {
            Buffer deflated = store.send(Command.HGET, keys.input(), chunk).toBuffer();
            assertThat(index.getInt(chunk * 4))
                    .as("first row of chunk %s", chunk)
                    .isEqualTo(input.size() + 1);
            input.addAll(ChunkCodec.decode(input.size() + 1, deflated));
        }
        assertThat(store.send(Command.HLEN, keys.input()).toInteger()).isEqualTo(index.length() / 4);
        return input;
    }

    private void inputGone() {
        List<String> gone = new ArrayList<>(keys.all());
        gone.removeAll(List.of(keys.meta(), keys.events()));
        assertThat(gone)
                .allSatisfy(key -> assertThat(store.send(Command.EXISTS, key).toInteger())
                        .as(key)
                        .isZero());
    }

    /** No key of an open job expires; those of an ended one do so together, or not yet. */
    private void lifetime() {
        Set<Boolean> expiring = new HashSet<>();
        for (String key : keys.all()) {
            long ttl = store.send(Command.PTTL, key).toLong();
            if (ttl != -2) {
                expiring.add(ttl >= 0);
            }
        }
        assertThat(expiring).as("whether keys expire").hasSize(1);
        if (!state.terminal()) {
            assertThat(expiring).containsExactly(false);
        }
    }

    private static Set<Integer> rowsOf(Set<String> texts) {
        Set<Integer> rows = new TreeSet<>();
        texts.forEach(text -> rows.add(Integer.valueOf(text)));
        return rows;
    }
}
