package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.SteppedClock;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedules over the API of a node whose clock the test moves. It looks nothing up. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class SchedulesIT {
    private static final String SCHEDULES = "/api/v1/schedules";
    private static final String KEY = "Idempotency-Key";
    private static final String FILE = "id;tax_code\n1;0101340108\n2;0101340109\n";

    private final SteppedClock clock = new SteppedClock("2026-11-20T10:00:30Z");
    private TestNode node;
    private Api api;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.start(Map.of("roles", "web"), clock);
        api = new Api(node);
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    private static Form form(String name, String cron) {
        return Form.of("companies").field("name", name).field("cron", cron);
    }

    private Answer create(Form form) throws Exception {
        return api.upload(SCHEDULES, form);
    }

    private String created(Form form) throws Exception {
        Answer answer = create(form);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        assertThat(answer.header("Location"))
                .isEqualTo(SCHEDULES + "/" + answer.json().getString("id"));
        return answer.json().getString("id");
    }

    private JsonObject schedule(String id) throws Exception {
        return api.get(SCHEDULES + "/" + id).json();
    }

    private static List<String> fires(JsonObject schedule) {
        return schedule.getJsonArray("next_fires").stream().map(String::valueOf).toList();
    }

    private JsonArray awaitJobs(String id, int count) throws Exception {
        return Await.until(
                        count + " jobs",
                        () -> schedule(id),
                        schedule -> schedule.getJsonArray("last_jobs").size() >= count)
                .getJsonArray("last_jobs");
    }

    private Set<String> keys(String prefix) throws Exception {
        return node.keys().stream()
                .filter(key -> key.startsWith(prefix))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void makesAJobEachMinute() throws Exception {
        String id = created(form("each minute", "* * * * *")
                .field("column", "tax_code")
                .field("options", "{\"delimiter\": \";\"}")
                .file(FILE));
        JsonObject waiting = schedule(id);
        assertThat(waiting.getInteger("rows")).isEqualTo(2);
        assertThat(waiting.getString("column")).isEqualTo("tax_code");
        assertThat(fires(waiting)).hasSize(5).startsWith("2026-11-20T10:01:00.000Z", "2026-11-20T10:02:00.000Z");
        assertThat(api.jobs()).isEmpty();

        clock.set("2026-11-20T10:01:00Z");
        JsonObject first = awaitJobs(id, 1).getJsonObject(0);
        assertThat(first.getString("fire")).isEqualTo("2026-11-20T10:01:00.000Z");
        JsonObject job = api.job(first.getString("job"));
        assertThat(job.getString("schedule")).isEqualTo(id);
        assertThat(job.getString("state")).isEqualTo("running");
        assertThat(job.getString("column")).isEqualTo("tax_code");
        assertThat(job.getString("file")).isEqualTo("Danh sách.csv");
        assertThat(job.getInteger("total")).isEqualTo(2);
        assertThat(fires(schedule(id))).startsWith("2026-11-20T10:02:00.000Z");

        clock.set("2026-11-20T10:02:59Z");
        JsonArray both = awaitJobs(id, 2);
        assertThat(both.getJsonObject(0).getString("fire")).isEqualTo("2026-11-20T10:02:00.000Z");
        // Another look or two at a clock that stands still.
        TimeUnit.MILLISECONDS.sleep(2200);
        assertThat(api.jobs())
                .containsExactlyInAnyOrder(
                        both.getJsonObject(0).getString("job"),
                        both.getJsonObject(1).getString("job"));
        assertThat(node.artifacts()).as("one file for all").containsExactly(id + "/", id + "/input.csv");
    }

    @Test
    void makesTheLatestMissedFireOrLeavesItOut() throws Exception {
        String once = created(form("once", "0 6 * * *").file(FILE));
        String skip = created(form("skip", "0 6 * * *").field("missed", "skip").file(FILE));
        assertThat(schedule(once).getString("missed")).isEqualTo("run_once");

        clock.set("2026-11-23T09:00:00Z");
        JsonArray jobs = awaitJobs(once, 1);
        assertThat(jobs).hasSize(1);
        assertThat(jobs.getJsonObject(0).getString("fire")).isEqualTo("2026-11-23T06:00:00.000Z");
        JsonObject skipped = Await.until(
                "the fire to be left out",
                () -> schedule(skip),
                schedule -> fires(schedule).get(0).equals("2026-11-24T06:00:00.000Z"));
        assertThat(skipped.getJsonArray("last_jobs")).isEmpty();
        assertThat(fires(schedule(once)).get(0)).isEqualTo("2026-11-24T06:00:00.000Z");

        clock.set("2026-11-24T06:00:10Z");
        awaitJobs(skip, 1);
        awaitJobs(once, 2);
        assertThat(api.jobs()).hasSize(3);
    }

    @Test
    void pausesAndGoesOnWithoutWhatWasMissed() throws Exception {
        String id = created(form("each minute", "* * * * *").file(FILE));
        JsonObject paused = api.post(SCHEDULES + "/" + id + "/pause").json();
        assertThat(paused.getBoolean("paused")).isTrue();
        assertThat(fires(paused)).isEmpty();
        clock.set("2026-11-20T11:00:10Z");
        TimeUnit.MILLISECONDS.sleep(1500);
        JsonObject resumed = api.post(SCHEDULES + "/" + id + "/resume").json();
        assertThat(resumed.getBoolean("paused")).isFalse();
        assertThat(fires(resumed)).startsWith("2026-11-20T11:01:00.000Z");
        assertThat(api.jobs()).isEmpty();
        clock.set("2026-11-20T11:01:00Z");
        awaitJobs(id, 1);
    }

    @Test
    void listsTheCallersAndForgetsWhatIsDeleted() throws Exception {
        String mine = created(form("b", "0 6 * * *").field("user_id", "an").file(FILE));
        String other = created(form("a", "0 6 * * *").field("user_id", "an").file(FILE));
        created(form("a", "0 6 * * *").field("user_id", "binh").file(FILE));
        JsonArray listed = api.get(SCHEDULES + "?user_id=an").json().getJsonArray("schedules");
        assertThat(listed.stream().map(each -> ((JsonObject) each).getString("id")))
                .containsExactly(other, mine);

        Answer taken = create(form("a", "0 7 * * *").field("user_id", "an").file(FILE));
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.json().getString("code")).isEqualTo("schedule_exists");
        assertThat(taken.json().getString("message")).contains(other);

        assertThat(api.send(api.request(SCHEDULES + "/" + mine).DELETE()).status())
                .isEqualTo(204);
        assertThat(api.get(SCHEDULES + "/" + mine).status()).isEqualTo(404);
        Await.until("two files", node::artifacts, files -> files.size() == 4);
        clock.set("2026-11-21T06:00:00Z");
        awaitJobs(other, 1);
        assertThat(api.get(Api.JOBS + "?user_id=an").json().getJsonArray("jobs"))
                .hasSize(1);
        assertThat(created(form("b", "0 6 * * *").field("user_id", "an").file(FILE)))
                .as("the name is free")
                .isNotEqualTo(mine);
    }

    @Test
    void isMadeOnceUnderAKey() throws Exception {
        Answer first = api.upload(SCHEDULES, form("a", "0 6 * * *").file(FILE), KEY, "k1");
        Answer again = api.upload(SCHEDULES, form("a", "0 6 * * *").file(FILE), KEY, "k1");
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(first.header("Idempotency-Replayed")).isNull();
        assertThat(again.status()).as(again.text()).isEqualTo(201);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.text()).isEqualTo(first.text());
        String id = first.json().getString("id");
        assertThat(node.artifacts()).containsExactly(id + "/", id + "/input.csv");

        for (Form other : List.of(
                form("b", "0 6 * * *").file(FILE),
                form("a", "0 7 * * *").file(FILE),
                form("a", "0 6 * * *").file(FILE + "3;0101340110\n"))) {
            Answer conflict = api.upload(SCHEDULES, other, KEY, "k1");
            assertThat(conflict.status()).as(conflict.text()).isEqualTo(409);
            assertThat(conflict.json().getString("code")).isEqualTo("idempotency_conflict");
        }
        assertThat(node.artifacts()).hasSize(2);
    }

    /** The try before was lost with its node once the schedule was stored. */
    @Test
    void isFoundAgainUnderAKeyWhoseAnswerWasLost() throws Exception {
        String id = api.upload(SCHEDULES, form("a", "0 6 * * *").file(FILE), KEY, "k1")
                .json()
                .getString("id");
        for (String reply : keys("{u:anonymous}:idem:")) {
            node.send(Command.DEL, reply);
        }
        Answer other = api.upload(SCHEDULES, form("a", "0 7 * * *").file(FILE), KEY, "k1");
        assertThat(other.json().getString("code")).isEqualTo("schedule_exists");
        Answer again = api.upload(SCHEDULES, form("a", "0 6 * * *").file(FILE), KEY, "k1");
        assertThat(again.status()).as(again.text()).isEqualTo(201);
        assertThat(again.json().getString("id")).isEqualTo(id);
        assertThat(node.artifacts()).containsExactly(id + "/", id + "/input.csv");
    }

    @Test
    void isDeletedOnceUnderAKey() throws Exception {
        String id = created(form("a", "0 6 * * *").file(FILE));
        for (int call = 0; call < 2; call++) {
            Answer deleted =
                    api.send(api.request(SCHEDULES + "/" + id, KEY, "k1").DELETE());
            assertThat(deleted.status()).as("call " + call).isEqualTo(204);
        }
        assertThat(api.get(SCHEDULES + "/" + id).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "cron, 61 * * * *, 'invalid_field', 'Value 61 not in range [0, 59]; use five fields'",
        "cron, '', 'missing_field', 'send five fields'",
        "name, '', 'missing_field', 'a name for the schedule'",
        "time_zone, Asia/Ho_Chi_Min, 'invalid_field', 'did you mean \"Asia/Ho_Chi_Minh\"?'",
        "missed, all, 'invalid_field', 'use \"run_once\" or \"skip\"'",
        "recipe, company, 'no_such_recipe', 'did you mean \"companies\"?'",
        "column, code, 'no_such_column', 'id, tax_code'",
        "options, '{\"header\": 3}', 'invalid_field', 'true, false or \"auto\"'",
        "crn, x, 'unknown_field', 'name, cron, time_zone, missed, recipe'",
        "file, '', 'empty_file', 'no rows'",
        "file, 'tax_code\n1,2\n', 'bad_row', 'line 2'"
    })
    void refusesWhatCannotBeAndKeepsNothing(String field, String value, String code, String words) throws Exception {
        Form form = new Form();
        Map.of("name", "daily", "cron", "0 6 * * *", "recipe", "companies").forEach((name, given) -> {
            if (!name.equals(field)) {
                form.field(name, given);
            }
        });
        Answer answer = create(
                field.equals("file")
                        ? form.file(value)
                        : form.field(field, value).file(FILE));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.json().getString("code")).isEqualTo(code);
        assertThat(answer.json().getString("message")).contains(words);
        assertThat(answer.json().getString("field")).startsWith(field);
        assertThat(node.artifacts()).isEmpty();
        assertThat(keys("{c}")).isEmpty();
    }
}
