package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Processor;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A user's one row is looked up within a few items' time, however many jobs another user has. */
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class NewcomersIT {
    private static final int SLOTS = 2;
    private static final int TIMES = 50;
    private static final int UPLOADS_AT_ONCE = 6;

    private final List<String> begun = new ArrayList<>();
    private volatile boolean open;

    private Processor processor() {
        return new Processor() {
            @Override
            public ItemResult process(ItemInput input, ItemContext context) throws Exception {
                begin(input.key());
                TimeUnit.MILLISECONDS.sleep(40);
                while (!open && context.remainingMillis() > 0) {
                    context.progress("start");
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                return ItemResult.found(new JsonObject().put("title", input.key()));
            }

            @Override
            public void abort() {}

            @Override
            public void close() {}
        };
    }

    private synchronized void begin(String key) {
        begun.add(key);
        notifyAll();
    }

    private synchronized int begunSoFar() {
        return begun.size();
    }

    /** Which item that one was, of those that were begun from that one on. */
    private synchronized int awaitBegun(String key, int from) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!begun.subList(from, begun.size()).contains(key)) {
            assertThat(System.nanoTime())
                    .as("the time at which %s is still not begun", key)
                    .isLessThan(deadline);
            wait(1000);
        }
        return from + begun.subList(from, begun.size()).indexOf(key);
    }

    private static String upload(Api api, String recipe, String user, String file) throws Exception {
        Answer answer = api.upload(Form.of(recipe).field("user_id", user).file(file));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    private static void fill(Api api, String recipe, int jobs, int rows) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(UPLOADS_AT_ONCE);
        try {
            List<Future<String>> uploads = new ArrayList<>();
            for (int job = 0; job < jobs; job++) {
                uploads.add(threads.submit(() -> upload(api, recipe, "an", StubProcessor.file(rows))));
            }
            for (Future<String> upload : uploads) {
                upload.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * Each newcomer's row is begun when the items in flight have ended, and as many of the other user at most as that
     * user's weight gives for one of the newcomer's.
     */
    private void assertServed(Api api, int slots, int weight) throws Exception {
        List<Integer> waits = new ArrayList<>();
        for (int time = 0; time < TIMES; time++) {
            String key = "b.B" + time;
            int before = begunSoFar();
            String job = upload(api, StubProcessor.RECIPE, "binh", "class\n" + key + "\n");
            int uploaded = begunSoFar();
            waits.add(Math.max(0, awaitBegun(key, before) - uploaded));
            api.awaitEnd(job);
        }
        assertThat(waits)
                .as("items begun after the upload and before its row, with %s slots", slots)
                .hasSize(TIMES)
                .allMatch(wait -> wait <= slots + weight);
    }

    private TestNode start(Map<String, String> settings) throws Exception {
        Map<String, String> all = new LinkedHashMap<>(Map.of("worker.slots", String.valueOf(SLOTS)));
        all.putAll(settings);
        return TestNode.start(all, this::processor);
    }

    private void assertServedBeside(int jobs, int rows, Map<String, String> settings) throws Exception {
        assertServedBeside(jobs, rows, 1, settings);
    }

    private void assertServedBeside(int jobs, int rows, int weight, Map<String, String> settings) throws Exception {
        try (TestNode node = start(settings)) {
            Api api = new Api(node);
            fill(api, StubProcessor.RECIPE, jobs, rows);
            open = true;
            Await.until("the first items", this::begunSoFar, begunItems -> begunItems > SLOTS);
            assertServed(api, SLOTS, weight);
        }
    }

    @Test
    void areServedBesideAThousandJobs() throws Exception {
        assertServedBeside(1000, 10, Map.of());
    }

    @Test
    @Tag("full")
    void areServedBesideTenThousandJobs() throws Exception {
        assertServedBeside(10_000, 10, Map.of());
    }

    @Test
    void areServedBesideAUserWhoMayRunNoMore() throws Exception {
        assertServedBeside(1000, 10, Map.of("quota.running", "1"));
    }

    @Test
    void areServedBesideAUserOfMoreWeight(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("rowhound.json"), """
                {"quota": {"users": {"an": {"weight": 4}}}}""");
        assertServedBeside(1000, 10, 4, Map.of(TestNode.CONFIG_FILE, file.toString()));
    }

    @Test
    void areServedBesideRowsThatWaitForTheirHost() throws Exception {
        try (TestNode node = start(Map.of("http.recipe_editors", "*"))) {
            Api api = new Api(node);
            JsonObject polite = RecipeCalls.recipe("One at a time")
                    .put("input", new JsonObject().put("column", "class"))
                    .put("start", new JsonObject().put("url", "http://polite.example/{key}"))
                    .put("politeness", new JsonObject().put("concurrency", 1));
            Answer stored = RecipeCalls.put(api, "/api/v1/recipes/polite", polite.encode(), "Rowhound-User", "ada");
            assertThat(stored.status()).as(stored.text()).isEqualTo(201);
            fill(api, "polite", 1000, 10);
            open = true;
            Await.until("the first items", this::begunSoFar, begunItems -> begunItems > SLOTS);
            assertServed(api, SLOTS, 1);
        }
    }

    @Test
    void areServedByThreeNodes() throws Exception {
        try (TestNode first = start(Map.of())) {
            Map<String, String> shared = Map.of(
                    "redis.url",
                    first.redis().toString(),
                    "artifacts.folder",
                    first.data().resolve("artifacts").toString(),
                    "roles",
                    "worker",
                    "worker.slots",
                    String.valueOf(SLOTS));
            try (TestNode second = TestNode.start(shared, this::processor);
                    TestNode third = TestNode.start(shared, this::processor)) {
                assertThat(second.redis())
                        .as("its own store, which is not used")
                        .isNotEqualTo(third.redis());
                Api api = new Api(first);
                fill(api, StubProcessor.RECIPE, 1000, 20);
                open = true;
                Await.until("the first items", this::begunSoFar, begunItems -> begunItems > 3 * SLOTS);
                assertServed(api, 3 * SLOTS, 1);
            }
        }
    }
}
