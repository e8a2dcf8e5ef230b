package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Uploads beside a Redis whose memory runs short. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class FullStoreIT {
    private static TestNode node;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("roles", "web", "redis.upload_memory_percent", "70"));
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @BeforeEach
    void unlimited() throws Exception {
        node.send(Command.CONFIG, "SET", "maxmemory", "0");
        awaitMemory(ratio -> ratio == 0);
    }

    @Test
    void refusesUploadsWhileTheStoreIsNearlyFull() throws Exception {
        fill(0.75);
        Set<String> files = node.artifacts();
        for (String path : new String[] {Api.JOBS, "/crawl_csv"}) {
            Form form = (path.equals(Api.JOBS) ? Form.of("companies") : new Form()).file("tax_code\n1\n");
            Answer refused = api.upload(path, form);
            assertThat(refused.status()).as(refused.text()).isEqualTo(503);
            assertThat(refused.json().getString("code")).isEqualTo("store_full");
            assertThat(refused.header("Retry-After")).isEqualTo("2");
        }
        assertThat(api.jobs()).isEmpty();
        assertThat(node.artifacts()).isEqualTo(files);

        fill(0.6);
        Answer taken = api.upload(Form.of("companies").file("tax_code\n0101340108\n"));
        assertThat(taken.status()).as(taken.text()).isEqualTo(202);
        assertThat(api.post(Api.JOBS + "/" + taken.json().getString("id") + "/cancel")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void endsAnUploadThatFillsTheStore() throws Exception {
        String id = UUID.randomUUID().toString();
        Set<String> files = node.artifacts();
        try (SlowUpload upload =
                SlowUpload.begin(node.address(), "companies", "tax_code,note", "Rowhound-Job-Id", id)) {
            upload.send(rows(600));
            api.awaitJob(id);
            fill(0.75);
            upload.send(rows(600));
            SlowUpload.Answer answer = upload.finish();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().getString("code")).isEqualTo("store_full");
            assertThat(answer.headers()).containsKey("retry-after");
        }
        JsonObject job = api.job(id);
        assertThat(job.getString("state")).isEqualTo("failed");
        assertThat(job.getJsonObject("reason").getString("code")).isEqualTo("store_full");
        assertThat(node.keys()).doesNotContain("{j:" + id + "}:in");
        assertThat(node.artifacts()).isEqualTo(files);
    }

    /** Sets the limit so that so much of it is used, and waits until the node knows. */
    private static void fill(double ratio) throws Exception {
        String memory = node.send(Command.INFO, "memory").toString();
        double used = memory.lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .sum();
        node.send(Command.CONFIG, "SET", "maxmemory", Long.toString((long) (used / ratio)));
        awaitMemory(seen -> Math.abs(seen - ratio) < 0.04);
    }

    private static void awaitMemory(DoublePredicate condition) throws Exception {
        Api management = new Api(node.management());
        Await.until(
                "the node's knowledge of the store's memory",
                () -> management
                        .get("/metrics")
                        .text()
                        .lines()
                        .filter(line -> line.startsWith("store_memory_ratio "))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                        .sum(),
                condition::test);
    }

    private static String rows(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(row -> row + ",a note of this and that and more\n")
                .collect(Collectors.joining());
    }
}
