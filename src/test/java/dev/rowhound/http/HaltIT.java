package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.http.EventStream.Event;
import dev.rowhound.job.ItemResult;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Jobs that stop by themselves: after a sample, and where the site refuses one row after the other. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class HaltIT {
    private static final ItemResult BLOCKED = ItemResult.blocked("A code is asked for.", "outcome");

    private final StubProcessor stub = new StubProcessor();
    private final TestNode node;
    private final Api api;

    HaltIT() throws Exception {
        node = TestNode.start(Map.of("worker.slots", "3"), stub::processor);
        api = new Api(node);
    }

    @AfterEach
    void stop() throws Exception {
        stub.open();
        node.close();
    }

    private String sample(int rows, String file) throws Exception {
        Answer answer = api.upload(Form.of(StubProcessor.RECIPE)
                .field("options", "{\"sample\":" + rows + "}")
                .file(file));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    private JsonObject paused(String job) throws Exception {
        return Await.until(
                "the pause", () -> api.job(job), now -> now.getString("state").equals("paused"));
    }

    private void resume(String job) throws Exception {
        assertThat(api.post(Api.JOBS + "/" + job + "/resume").status()).isEqualTo(200);
    }

    private List<JsonObject> events(String job) throws Exception {
        try (EventStream stream = api.events(job)) {
            return stream.rest().stream().map(Event::json).toList();
        }
    }

    @Test
    void aSampleRunsFirstAndTheRestWhenItIsResumed() throws Exception {
        String job = sample(5, StubProcessor.file(40));
        JsonObject paused = paused(job);
        assertThat(paused.getJsonObject("reason").getString("code")).isEqualTo("sample");
        assertThat(paused.getInteger("done")).isEqualTo(5);
        assertThat(api.items(job, "state=found").stream().map(item -> item.getInteger("row")))
                .containsExactly(1, 2, 3, 4, 5);

        resume(job);
        JsonObject end = api.awaitEnd(job);
        assertThat(end.getInteger("done")).isEqualTo(40);
        assertThat(end.getValue("reason")).isNull();
        List<JsonObject> events = events(job);
        assertThat(events.stream().filter(event -> event.getString("type").equals("job.paused")))
                .hasSize(1)
                .allMatch(
                        event -> event.getJsonObject("reason").getString("code").equals("sample"));
        assertThat(events)
                .allSatisfy(event -> assertThat(EventSchema.check(node.vertx(), event))
                        .as(event.encode())
                        .isEmpty());
    }

    @Test
    void refusedAndRepeatedRowsAreOfTheSampleToo() throws Exception {
        // The recipe takes none of the last four rows of the sample, so that no look-up ends behind them.
        String job = sample(6, "class\na.A1\na.A1\n!\n!\n!\n!\na.A2\na.A3\n");
        assertThat(paused(job).getInteger("done")).isEqualTo(6);
        resume(job);
        assertThat(api.awaitEnd(job).getInteger("done")).isEqualTo(8);
    }

    @Test
    void aSampleOfAllRowsCompletesTheJob() throws Exception {
        for (int sample : new int[] {4, 400}) {
            String job = sample(sample, StubProcessor.file(4));
            assertThat(api.awaitEnd(job).getString("state")).isEqualTo("completed");
            assertThat(events(job).stream().map(event -> event.getString("type")))
                    .doesNotContain("job.paused");
        }
        Answer wrong = api.upload(
                Form.of(StubProcessor.RECIPE).field("options", "{\"sample\":0}").file(StubProcessor.file(4)));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.json().getString("field")).isEqualTo("options.sample");
    }

    @Test
    void theSampleOfAFileThatStillArrivesIsAllThatRuns() throws Exception {
        stub.taking(1);
        // Some chunks, of which the first ends long before the last has come.
        String job = sample(3, StubProcessor.file(20_000));
        JsonObject paused = paused(job);
        assertThat(paused.getInteger("done")).isEqualTo(3);
        assertThat(paused.getInteger("total")).isEqualTo(20_000);
        assertThat(api.post(Api.JOBS + "/" + job + "/cancel").status()).isEqualTo(200);
    }

    @Test
    void aRunOfRefusalsPausesTheJobRatherThanBurningItsRows() throws Exception {
        stub.answer(60, row -> row == 8 ? ItemResult.notFound() : BLOCKED);
        String job = api.upload(
                        Form.of(StubProcessor.RECIPE).field("concurrency", "1").file(StubProcessor.file(60)))
                .json()
                .getString("id");

        JsonObject first = paused(job);
        assertThat(first.getJsonObject("reason").getString("code")).isEqualTo("blocked");
        assertThat(first.getJsonObject("reason").getString("message")).contains("10 consecutive rows");
        assertThat(first.getJsonObject("counters").getInteger("blocked")).isEqualTo(17);
        resume(job);
        JsonObject second = Await.until("the second pause", () -> api.job(job), now -> now.getInteger("done") >= 28);
        assertThat(paused(job).getJsonObject("counters").getInteger("blocked")).isEqualTo(27);
        assertThat(second.getInteger("done")).isEqualTo(28);

        stub.answer(60, row -> ItemResult.notFound());
        resume(job);
        api.awaitEnd(job);
        assertThat(api.post(Api.JOBS + "/" + job + "/retry-failed").status()).isEqualTo(200);
        assertThat(api.awaitEnd(job).getJsonObject("counters").getInteger("not_found"))
                .isEqualTo(60);
    }

    @Test
    void anOwnersPauseSaysSo() throws Exception {
        stub.close();
        String job = api.upload(StubProcessor.form(9)).json().getString("id");
        JsonObject answer = api.post(Api.JOBS + "/" + job + "/pause").json();
        assertThat(answer.getJsonObject("reason").getString("code")).isEqualTo("user");
        stub.open();
        resume(job);
        assertThat(api.awaitEnd(job).getValue("reason")).isNull();
    }
}
