package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The document system's clients find what they know when they poll, and their number costs the store nothing. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class JobStatusIT {
    private static final String STATUS = "/api/job-status/";
    private static final int ROWS = 4;
    private static final Pattern CALLS = Pattern.compile("cmdstat_(?:evalsha|eval):calls=(\\d+)");

    private static TestNode node;
    private static Api api;
    private static final StubProcessor stub = new StubProcessor();

    @BeforeAll
    static void start() throws Exception {
        // No worker, whose calls would be counted with those of the polls.
        node = TestNode.start(Map.of("roles", "web"), stub::processor);
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static String upload(TestNode of) throws Exception {
        return new Api(of).upload(StubProcessor.form(ROWS)).json().getString("id");
    }

    @Test
    void tellsAJobFromItsBeginToItsEnd() throws Exception {
        StubProcessor slow =
                new StubProcessor().close().answer(2, ItemResult.failed(ErrorCode.TIMEOUT, "No answer.", "start"));
        try (TestNode worker = TestNode.start(Map.of(), slow::processor)) {
            Api there = new Api(worker);
            String job = upload(worker);
            JsonObject begun = Await.until(
                    "the first row",
                    () -> there.get(STATUS + job).json(),
                    status -> "processing".equals(status.getString("status")));
            assertThat(begun.fieldNames())
                    .containsExactly("jobId", "status", "progress", "createdAt", "error", "result");
            assertThat(begun.getString("jobId")).isEqualTo(job);
            assertThat(begun.getInteger("progress")).isZero();
            assertThat(begun.getLong("createdAt"))
                    .isEqualTo(Instant.parse(there.job(job).getString("created_at"))
                            .toEpochMilli());
            assertThat(begun.getValue("error")).isNull();
            assertThat(begun.getValue("result")).isNull();

            slow.open();
            JsonObject ended = Await.until(
                    "the end",
                    () -> there.get(STATUS + job).json(),
                    status -> "completed".equals(status.getString("status")));
            assertThat(ended.getInteger("progress")).isEqualTo(100);
            JsonObject result = new JsonObject(ended.getString("result"));
            assertThat(result.getInteger("total")).isEqualTo(ROWS);
            assertThat(result.getJsonObject("counters").getInteger("found")).isEqualTo(ROWS - 1);
            assertThat(there.get(result.getString("results")).status()).isEqualTo(200);
        }
    }

    @Test
    void tellsOfAFailureInOneSentence() throws Exception {
        String job = upload(node);
        assertThat(api.get(STATUS + job).json().getString("status")).isEqualTo("queued");
        assertThat(api.post(Api.JOBS + "/" + job + "/cancel").status()).isEqualTo(200);
        JsonObject status = Await.until(
                "the end", () -> api.get(STATUS + job).json(), now -> "failed".equals(now.getString("status")));
        assertThat(status.getString("error")).contains("cancelled");

        Answer none = api.get(STATUS + "nothing");
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.json().fieldNames()).containsExactly("error");
        assertThat(none.json().getString("error")).contains("nothing");
    }

    @Test
    void tellsWhoHasTheAnswerThatNothingHasChanged() throws Exception {
        String job = upload(node);
        Answer first = api.get(STATUS + job);
        String tag = first.header("ETag");
        assertThat(tag).matches("W/\"[0-9a-f]+\"");
        assertThat(first.header("Cache-Control")).isEqualTo("private, no-cache");
        for (String known : List.of(tag, "\"other\", " + tag, tag.substring(2), "*")) {
            Answer again = api.get(STATUS + job, "If-None-Match", known);
            assertThat(again.status()).as(known).isEqualTo(304);
            assertThat(again.text()).isEmpty();
            assertThat(again.header("ETag")).isEqualTo(tag);
        }
        assertThat(api.get(STATUS + job, "If-None-Match", "W/\"0\"").status()).isEqualTo(200);
        api.post(Api.JOBS + "/" + job + "/cancel");
        Answer changed = Await.until(
                "the change", () -> api.get(STATUS + job, "If-None-Match", tag), answer -> answer.status() == 200);
        assertThat(changed.header("ETag")).isNotEqualTo(tag);
    }

    @Test
    void readsTheStoreOnceForAllWhoPollAtATime() throws Exception {
        int pollers = 16;
        int polls = 125;
        String job = upload(node);
        long idleCalls = calls();
        long idleBegan = System.nanoTime();
        Thread.sleep(1000);
        double idlePerMilli = (calls() - idleCalls) / ((System.nanoTime() - idleBegan) / 1e6);

        ExecutorService threads = Executors.newFixedThreadPool(pollers);
        long before = calls();
        long began = System.nanoTime();
        List<Future<Void>> done = new ArrayList<>();
        for (int poller = 0; poller < pollers; poller++) {
            done.add(threads.submit((Callable<Void>) () -> {
                for (int poll = 0; poll < polls; poll++) {
                    assertThat(api.get(STATUS + job).status()).isEqualTo(200);
                }
                return null;
            }));
        }
        for (Future<Void> poller : done) {
            poller.get();
        }
        threads.shutdown();
        double millis = (System.nanoTime() - began) / 1e6;
        long reads = calls() - before;
        System.out.printf("%d polls in %.0f ms, %d calls of scripts%n", pollers * polls, millis, reads);
        // One in half a second, and what the node does anyway; a poll each would be thousands.
        assertThat(reads).isLessThanOrEqualTo((long) (millis / 500 + 2 + idlePerMilli * millis * 1.5 + 2));
        assertThat(reads).isLessThan(pollers * polls / 20);
    }

    /** How many scripts the store has run. */
    private static long calls() throws Exception {
        Matcher matcher = CALLS.matcher(node.send(Command.INFO, "commandstats").toString());
        long calls = 0;
        while (matcher.find()) {
            calls += Long.parseLong(matcher.group(1));
        }
        return calls;
    }
}
