package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.event.PauseReason;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A job's raw keys as they stand, to be held against a {@link JobModel}. */
final class StoredJob {
    private final TestRedis store;
    private final Keys.Job keys;
    private final Map<String, String> m;
    private final String states;
    private final String errors;
    final Map<String, Double> leases;
    final Map<String, Double> due;
    final Map<String, Double> held;
    final Map<String, Double> hosts;
    final double paced;
    private final Map<String, String> owners;
    private final Map<String, String> attempts;
    private final Map<String, String> results;
    private final Map<String, String> repeats;
    private final Map<String, String> questions;
    private final Map<String, String> answers;
    private final List<JobModel.Event> events = new ArrayList<>();
    private final List<String> numbers = new ArrayList<>();
    private final boolean expiring;
    private final boolean indexed;

    /** Reads it, of its events those behind the first {@code known}. */
    StoredJob(TestRedis store, String job, int known) {
        this.store = store;
        this.keys = Keys.job(job);
        Future<Response> m = send(Command.HGETALL, keys.meta());
        Future<Response> states = send(Command.GET, keys.states());
        Future<Response> errors = send(Command.GET, keys.errors());
        Future<Response> leases = send(Command.ZRANGE, keys.leases(), 0, -1, "WITHSCORES");
        Future<Response> due = send(Command.ZRANGE, keys.due(), 0, -1, "WITHSCORES");
        Future<Response> held = send(Command.ZRANGE, keys.held(), 0, -1, "WITHSCORES");
        Future<Response> hosts = send(Command.ZRANGE, keys.heldHosts(), 0, -1, "WITHSCORES");
        Future<Response> owners = send(Command.HGETALL, keys.owners());
        Future<Response> attempts = send(Command.HGETALL, keys.attempts());
        Future<Response> results = send(Command.HGETALL, keys.results());
        Future<Response> repeats = send(Command.HGETALL, keys.repeats());
        Future<Response> questions = send(Command.HGETALL, keys.questions());
        Future<Response> answers = send(Command.HGETALL, keys.answers());
        Future<Response> tail = send(Command.XRANGE, keys.events(), known + 1 + "-0", "+");
        Future<Response> ttl = send(Command.PTTL, keys.meta());
        this.indexed =
                Await.result(send(Command.SISMEMBER, Keys.openJobs(job), job)).toInteger() == 1;
        this.m = hash(m);
        this.paced = Double.parseDouble(this.m.getOrDefault("paced", "0"));
        this.states = TestRedis.bytes(Await.result(states));
        this.errors = TestRedis.bytes(Await.result(errors));
        this.leases = scores(leases);
        this.due = scores(due);
        this.held = scores(held);
        this.hosts = scores(hosts);
        this.owners = hash(owners);
        this.attempts = hash(attempts);
        this.results = hash(results);
        this.repeats = hash(repeats);
        this.questions = hash(questions);
        this.answers = hash(answers);
        for (Response entry : Await.result(tail)) {
            Map<String, String> fields = new HashMap<>();
            for (int i = 0; i < entry.get(1).size(); i += 2) {
                fields.put(
                        entry.get(1).get(i).toString(), entry.get(1).get(i + 1).toString());
            }
            numbers.add(entry.get(0).toString());
            events.add(new JobModel.Event(
                    fields.get("t"),
                    Integer.parseInt(fields.get("r")),
                    Integer.parseInt(fields.get("g")),
                    fields.get("c"),
                    fields.get("t").equals("job.paused") ? reason(PauseReason.toJson(fields.get("halt"))) : ""));
        }
        this.expiring = Await.result(ttl).toLong() >= 0;
    }

    private Future<Response> send(Command command, Object... arguments) {
        return store.connector().send(command, arguments);
    }

    private static Map<String, String> hash(Future<Response> reply) {
        Response answer = Await.result(reply);
        Map<String, String> hash = new TreeMap<>();
        answer.getKeys().forEach(field -> hash.put(field, answer.get(field).toString()));
        return hash;
    }

    private static Map<String, Double> scores(Future<Response> reply) {
        Map<String, Double> scores = new LinkedHashMap<>();
        for (Response pair : Await.result(reply)) {
            scores.put(pair.get(0).toString(), pair.get(1).toDouble());
        }
        return scores;
    }

    /** Moves the times to those of the model, so that their order is known. */
    void moveTimes(JobModel model) {
        List<Future<Response>> moved = new ArrayList<>();
        for (ModelItem item : model.items.values()) {
            move(keys.leases(), leases, item.row, item.deadline, moved);
            move(keys.due(), due, item.row, item.due, moved);
            move(keys.held(), held, item.row, item.hold, moved);
        }
        if (paced != model.paced) {
            moved.add(send(Command.HSET, keys.meta(), "paced", String.format("%.0f", model.paced)));
        }
        moved.forEach(Await::result);
    }

    private void move(String key, Map<String, Double> times, int row, Double time, List<Future<Response>> moved) {
        if (time != null && !time.equals(times.get(String.valueOf(row)))) {
            moved.add(send(Command.ZADD, key, "XX", String.format("%.0f", time), row));
        }
    }

    /** Holds all but times against the model, whose events up to {@code known} were compared before. */
    void assertLike(JobModel model, int known) {
        assertRecord(model);
        assertThat(events)
                .as("events from number %s on", known + 1)
                .isEqualTo(model.events.subList(known, model.events.size()));
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).as("number of an event").isEqualTo(known + 1 + i + "-0");
        }
        assertThat(expiring).as("m expires").isEqualTo(model.expiring);
        assertThat(indexed).as("is among the open jobs").isEqualTo(model.indexed);

        Map<Integer, ModelItem> items = model.forgotten ? Map.of() : model.items;
        assertThat(padded(states, model)).as("state bytes").isEqualTo(bytes(items, item -> item.state));
        assertThat(padded(errors, model)).as("error bytes").isEqualTo(bytes(items, item -> item.error));
        assertThat(leases.keySet())
                .as("rows with a lease")
                .containsExactlyInAnyOrderElementsOf(rows(items, item -> item.deadline != null));
        assertThat(due.keySet())
                .as("rows to retry")
                .containsExactlyInAnyOrderElementsOf(rows(items, item -> item.due != null));
        assertThat(held.keySet())
                .as("rows that wait for their host, or for room for their question")
                .containsExactlyInAnyOrderElementsOf(rows(items, item -> item.hold != null));
        assertThat(hosts.keySet()).as("hosts that rows wait for").isEqualTo(model.hosts.keySet());

        Map<String, String> marks = new TreeMap<>();
        // Behind the mark of a start stands the data of its event.
        owners.forEach((row, owner) -> marks.put(row, owner.replaceFirst("\\*\\{.*}$", "*")));
        assertThat(marks)
                .as("owners")
                .isEqualTo(texts(
                        items,
                        item -> item.token == null
                                ? null
                                : item.token + (item.started ? "*" : item.waited == '\0' ? "" : item.waited)));
        assertThat(attempts)
                .as("attempts")
                .isEqualTo(texts(
                        items,
                        item -> item.record == null
                                ? null
                                : item.record.tries() + ":" + item.record.crashes() + ":" + item.record.token()));
        Map<String, String> outcomes = new TreeMap<>();
        results.forEach((row, result) -> outcomes.put(row, outcome(result)));
        assertThat(outcomes)
                .as("results")
                .isEqualTo(texts(
                        items,
                        item -> item.result == null
                                ? null
                                : item.result.token() + "|" + item.result.generation() + "|" + item.result.error() + "|"
                                        + item.result.attempts()));
        Map<String, String> asked = new TreeMap<>();
        questions.forEach((row, question) -> asked.put(row, question.replaceFirst("\\|\\d+\\|([01])\\|.*$", "|$1")));
        assertThat(asked)
                .as("questions")
                .isEqualTo(texts(
                        items,
                        item -> item.asked == null ? null : item.asked.id() + (item.asked.text() ? "|1" : "|0")));
        Map<String, String> said = new TreeMap<>();
        answers.forEach((row, answer) -> said.put(row, answer.replaceFirst("\\|[0-9a-f]{40}", "")));
        assertThat(said)
                .as("answers")
                .isEqualTo(texts(
                        items,
                        item -> item.said == null
                                ? null
                                : item.said.id() + (item.said.wanted() ? "|" + item.said.answer() : "")));
        assertThat(repeats)
                .as("repeats")
                .isEqualTo(texts(items, item -> item.repeats == 0 ? null : String.valueOf(item.repeats)));
    }

    private void assertRecord(JobModel model) {
        Map<String, Object> actual = new TreeMap<>();
        Map<String, Object> expected = new TreeMap<>();
        for (char code : "rthqfnibxc".toCharArray()) {
            actual.put("c:" + code, m.getOrDefault("c:" + code, "0"));
            expected.put("c:" + code, String.valueOf(model.counted(code)));
        }
        for (String field :
                List.of("state", "rows", "total", "next", "gen", "seq", "fence", "scan", "scan_codes", "retry_id")) {
            actual.put(field, m.getOrDefault(field, ""));
        }
        expected.put("state", model.state.wire());
        expected.put("rows", String.valueOf(model.rows));
        expected.put("total", model.sealed ? String.valueOf(model.rows) : "");
        expected.put("next", String.valueOf(model.next));
        expected.put("gen", String.valueOf(model.generation));
        expected.put("seq", String.valueOf(model.events.size()));
        expected.put("fence", String.valueOf(model.fence));
        expected.put("scan", model.scan == 0 ? "" : String.valueOf(model.scan));
        expected.put("scan_codes", model.scanCodes);
        expected.put("retry_id", model.request);
        for (String field : List.of("sample", "blocks", "asks")) {
            actual.put(field, m.getOrDefault(field, "0"));
        }
        expected.put("sample", String.valueOf(model.halts.sample));
        expected.put("blocks", String.valueOf(model.halts.blocks));
        expected.put("asks", String.valueOf(model.questions.asks));
        actual.put("halt", m.containsKey("halt") ? reason(PauseReason.toJson(m.get("halt"))) : "");
        expected.put("halt", model.halts.halt == null ? "" : model.halts.halt);
        for (String field : List.of("started", "ended", "reason")) {
            actual.put(field, m.containsKey(field));
        }
        expected.put("started", model.begun);
        expected.put("ended", model.state.terminal());
        expected.put("reason", model.forgotten);
        assertThat(actual).as("the job's record").isEqualTo(expected);
    }

    /** {@code token|generation|result} as token, generation, error and number of attempts. */
    private static String outcome(String result) {
        int first = result.indexOf('|');
        int second = result.indexOf('|', first + 1);
        JsonObject json = new JsonObject(result.substring(second + 1));
        JsonObject error = json.getJsonObject("error", new JsonObject());
        return result.substring(0, second) + "|" + error.getString("code", "") + "|" + json.getInteger("attempts");
    }

    /** Why a job gives out nothing, as a {@link HaltModel} tells it. */
    static String reason(JsonObject reason) {
        int rows = HaltInvariants.number(reason);
        return reason.getString("code") + (rows > 0 ? " " + rows : "");
    }

    private static String padded(String bytes, JobModel model) {
        return model.forgotten ? bytes : bytes + "\0".repeat(Math.max(0, model.rows - bytes.length()));
    }

    private interface Code {
        char of(ModelItem item);
    }

    private static String bytes(Map<Integer, ModelItem> items, Code code) {
        return items.values().stream()
                .map(item -> String.valueOf(code.of(item)))
                .collect(Collectors.joining());
    }

    private static List<String> rows(Map<Integer, ModelItem> items, Predicate<ModelItem> which) {
        return items.values().stream()
                .filter(which)
                .map(item -> String.valueOf(item.row))
                .toList();
    }

    private static Map<String, String> texts(Map<Integer, ModelItem> items, Function<ModelItem, String> text) {
        Map<String, String> texts = new TreeMap<>();
        for (ModelItem item : items.values()) {
            String value = text.apply(item);
            if (value != null) {
                texts.put(String.valueOf(item.row), value);
            }
        }
        return texts;
    }
}
