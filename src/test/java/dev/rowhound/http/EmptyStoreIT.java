package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.RedisProcess;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that comes back empty under a running node, and then with its data. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class EmptyStoreIT {
    private static final Pattern GETS = Pattern.compile("cmdstat_get:calls=(\\d+)");

    /** Sweeps follow each other at once, and what is due is deleted by the second: only the folder's mark protects. */
    private static final Map<String, String> HASTY = Map.of(
            "artifacts.sweep_seconds", "1", "artifacts.deletion_delay_hours", "0", "queue.compact_after_seconds", "1");

    @TempDir
    private Path folder;

    private final int port;

    EmptyStoreIT() throws Exception {
        port = RedisProcess.freePort();
    }

    private Map<String, String> settings(Map<String, String> more) {
        Map<String, String> settings = new LinkedHashMap<>(HASTY);
        settings.put("redis.url", "redis://127.0.0.1:" + port);
        settings.put("artifacts.folder", folder.resolve("artifacts").toString());
        settings.putAll(more);
        return settings;
    }

    private RedisProcess redis(String name) throws Exception {
        return RedisProcess.start(folder.resolve(name), port);
    }

    @Test
    void costsNoFile() throws Exception {
        RedisProcess full = redis("full");
        try (TestNode node = TestNode.start(settings(Map.of()), new ScriptedProcessor().failing(2)::processor)) {
            Api api = new Api(node);
            String job = api.upload(StubProcessor.form(3)).json().getString("id");
            api.awaitEnd(job);
            Answer schedule = api.upload(
                    "/api/v1/schedules",
                    Form.of("companies")
                            .field("name", "yearly")
                            .field("cron", "0 3 1 1 *")
                            .file("tax_code\n4\n"));
            assertThat(schedule.status()).as(schedule.text()).isEqualTo(201);
            Set<String> files = Await.until(
                    "the job's results in a segment",
                    this::files,
                    names -> names.stream().anyMatch(name -> name.endsWith(".seg")));
            assertThat(files).anyMatch(name -> name.contains("/input-")).anyMatch(name -> name.contains("/evidence-"));
            String results =
                    api.get(Api.JOBS + "/" + job + "/results?format=json").text();

            full.close();
            try (RedisProcess empty = redis("empty")) {
                JsonObject check = Await.until(
                        "the empty store in the node's health",
                        () -> artifacts(api.get("/health")),
                        seen -> seen.encode().contains("no file is deleted"));
                assertThat(check.getString("status")).isEqualTo("DOWN");
                assertThat(api.get("/health").status()).isEqualTo(503);
                assertThat(api.get(Api.JOBS + "/" + job).status()).isEqualTo(404);
                awaitSweeps(node, 4);
                assertThat(files()).containsAll(files);

                assertThatThrownBy(() -> TestNode.start(settings(Map.of()), new ScriptedProcessor()::processor))
                        .hasStackTraceContaining("artifacts.adopt=")
                        .hasStackTraceContaining("is empty or has lost its data");
                assertThat(empty.url()).endsWith(":" + port);
            }

            try (RedisProcess back = redis("full")) {
                Await.until("the node is well", () -> api.get("/health").status(), status -> status == 200);
                awaitSweeps(node, 4);
                assertThat(files()).containsAll(files);
                assertThat(api.get(Api.JOBS + "/" + job + "/results?format=json")
                                .text())
                        .isEqualTo(results);
                assertThat(api.get("/api/v1/schedules/" + schedule.json().getString("id"))
                                .status())
                        .isEqualTo(200);
                assertThat(back.pid()).isNotEqualTo(full.pid());
            }
        } finally {
            full.close();
        }
    }

    /** The stored files of all jobs, without what the folder says of itself, and drafts, which come and go. */
    private Set<String> files() {
        Set<String> names = new TreeSet<>();
        for (String id : names(folder.resolve("artifacts"))) {
            names(folder.resolve("artifacts").resolve(id)).forEach(name -> names.add(id + "/" + name));
        }
        return names;
    }

    private static List<String> names(Path folder) {
        String[] names = folder.toFile().list((parent, name) -> !name.startsWith("."));
        return names == null ? List.of() : List.of(names);
    }

    private static JsonObject artifacts(Answer health) {
        return health.json().getJsonArray("checks").stream()
                .map(JsonObject.class::cast)
                .filter(check -> check.getString("id").equals("artifacts"))
                .findFirst()
                .orElseThrow();
    }

    /** Each sweep asks the store for the folder's mark, and nothing else does meanwhile. */
    private void awaitSweeps(TestNode node, int sweeps) throws Exception {
        RedisConnector redis = new RedisConnector(node.vertx(), "redis://127.0.0.1:" + port, 10_000);
        try {
            long before = gets(redis);
            Await.until("sweeps of the folder", () -> gets(redis), now -> now >= before + sweeps);
        } finally {
            redis.close().await(10, TimeUnit.SECONDS);
        }
    }

    private static long gets(RedisConnector redis) throws Exception {
        Matcher calls = GETS.matcher(redis.send(Command.INFO, "commandstats")
                .await(10, TimeUnit.SECONDS)
                .toString());
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }
}
