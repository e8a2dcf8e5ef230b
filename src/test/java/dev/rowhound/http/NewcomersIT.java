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

    private static String upload(Api api, String user, String file) throws Exception {
        Answer answer =
                api.upload(Form.of(StubProcessor.RECIPE).field("user_id", user).file(file));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    private static void fill(Api api, String user, int jobs, int rows) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(UPLOADS_AT_ONCE);
        try {
            List<Future<String>> uploads = new ArrayList<>();
            for (int job = 0; job < jobs; job++) {
                uploads.add(threads.submit(() -> upload(api, user, StubProcessor.file(rows))));
            }
            for (Future<String> upload : uploads) {
                upload.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Each newcomer's row is begun when the items in flight have ended, and one more turn of the other user at most. */
    private void assertServed(Api api, int slots) throws Exception {
        List<Integer> waits = new ArrayList<>();
        for (int time = 0; time < TIMES; time++) {
            String key = "b.B" + time;
            int before = begunSoFar();
            String job = upload(api, "binh", "class\n" + key + "\n");
            int uploaded = begunSoFar();
            waits.add(Math.max(0, awaitBegun(key, before) - uploaded));
            api.awaitEnd(job);
        }
        assertThat(waits)
                .as("items begun after the upload and before its row, with %s slots", slots)
                .hasSize(TIMES)
                .allMatch(wait -> wait <= slots + 1);
    }

    private TestNode start(Map<String, String> settings) throws Exception {
        Map<String, String> all = new LinkedHashMap<>(Map.of("worker.slots", String.valueOf(SLOTS)));
        all.putAll(settings);
        return TestNode.start(all, this::processor);
    }

    private void assertServedBeside(int jobs, int rows, Map<String, String> settings) throws Exception {
        try (TestNode node = start(settings)) {
            Api api = new Api(node);
            fill(api, "an", jobs, rows);
            open = true;
            Await.until("the first items", this::begunSoFar, begunItems -> begunItems > SLOTS);
            assertServed(api, SLOTS);
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
                fill(api, "an", 1000, 20);
                open = true;
                Await.until("the first items", this::begunSoFar, begunItems -> begunItems > 3 * SLOTS);
                assertServed(api, 3 * SLOTS);
            }
        }
    }
}
