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
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Rows whose look-up never ends, and hears neither an abort nor an interrupt: they cost their own thread only. */
@Timeout(value = 150, threadMode = ThreadMode.SEPARATE_THREAD)
class LostThreadIT {
    private static final String SPINS = "spins";

    private volatile boolean released;
    private final AtomicInteger spinning = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    private Processor processor() {
        open.incrementAndGet();
        return new Processor() {
            @Override
            public ItemResult process(ItemInput input, ItemContext context) {
                if (input.key().startsWith(SPINS)) {
                    spinning.incrementAndGet();
                    while (!released) {
                        // As deaf to interrupts as a computation, but leaves the cores to the node.
                        Thread.interrupted();
                        LockSupport.parkNanos(1_000_000);
                    }
                    spinning.decrementAndGet();
                }
                return ItemResult.found(new JsonObject());
            }

            @Override
            public void abort() {}

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }

    private TestNode node(int slots) throws Exception {
        TestNode node = TestNode.start(
                Map.of(
                        "worker.slots", String.valueOf(slots),
                        "worker.waiting", "0",
                        "worker.stop_ms", "100",
                        "queue.lease_ms", "3000",
                        "queue.crash_limit", "2",
                        "http.recipe_editors", "*"),
                this::processor);
        JsonObject recipe = RecipeCalls.recipe("Spins")
                .put("input", new JsonObject().put("column", "key"))
                .put("timeouts", new JsonObject().put("item_ms", 1000));
        Answer stored = RecipeCalls.put(new Api(node), RecipeCalls.RECIPES + "/spins", recipe.encode());
        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        return node;
    }

    @AfterEach
    void release() {
        released = true;
    }

    private static String upload(Api api, String... keys) throws Exception {
        Answer answer = api.upload(Form.of("spins").file("key\n" + String.join("\n", keys) + "\n"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    private static JsonObject threads(Api api) throws Exception {
        return api.get("/health").json().getJsonArray("checks").stream()
                .map(JsonObject.class::cast)
                .filter(check -> check.getString("id").equals("threads"))
                .findFirst()
                .orElseThrow();
    }

    private static int lost(Api api) throws Exception {
        return threads(api).getJsonObject("data").getInteger("lost");
    }

    @Test
    void eachAttemptCountsACrashAndTheSlotGoesOnWithAnotherThread() throws Exception {
        try (TestNode node = node(3)) {
            Api api = new Api(node);
            String job = upload(api, SPINS, "a", "b", "c", "d");
            JsonObject end = api.awaitEnd(job);
            assertThat(end.getJsonObject("counters").getInteger("found")).isEqualTo(4);
            JsonObject row = api.items(job, "state=failed").get(0);
            assertThat(row.getString("key")).isEqualTo(SPINS);
            assertThat(row.getJsonObject("error").getString("code")).isEqualTo("worker_lost");

            Await.until("two lost threads", () -> lost(api), count -> count == 2);
            assertThat(threads(api).getString("status")).isEqualTo("UP");
            assertThat(api.get("/metrics").text())
                    .contains("rowhound_worker_threads_lost_total 2.0")
                    .contains("rowhound_worker_threads_hanging 2.0");

            String more = upload(api, SPINS + "2", "e", "f");
            Await.until("as many as there are slots", () -> lost(api), count -> count >= 3);
            assertThat(api.get("/health").status()).isEqualTo(503);
            assertThat(threads(api).getJsonObject("data").getString("message")).contains("restart the node");
            assertThat(api.awaitEnd(more).getJsonObject("counters").getInteger("found"))
                    .isEqualTo(2);

            released = true;
            Await.until("the threads' return", () -> lost(api), count -> count == 0);
            assertThat(api.get("/health").status()).isEqualTo(200);
            Await.until("no processor beyond those of the slots", open::get, count -> count <= 3);
        }
    }

    @Test
    void cancelFreesTheSlot() throws Exception {
        try (TestNode node = node(1)) {
            Api api = new Api(node);
            String job = upload(api, SPINS);
            Await.until("the row", spinning::get, count -> count == 1);
            assertThat(api.post(Api.JOBS + "/" + job + "/cancel").status()).isEqualTo(200);
            assertThat(api.awaitEnd(upload(api, "a", "b")).getString("state")).isEqualTo("completed");
            assertThat(spinning).hasValue(1);
        }
    }

    @Test
    void aNodeStopsAllTheSame() throws Exception {
        TestNode node = node(1);
        try {
            upload(new Api(node), SPINS);
            Await.until("the row", spinning::get, count -> count == 1);
        } finally {
            node.close();
        }
        assertThat(spinning).hasValue(1);
    }
}
