package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.SharedNode;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a node tells of itself, on its public port and on its management port alike. */
@ExtendWith(SharedNode.class)
@Timeout(60)
class HealthIT {
    @Test
    void tellsThatAllIsWell(TestNode node) throws Exception {
        for (Api port : List.of(new Api(node), new Api(node.management()))) {
            for (String path : List.of("/health", "/health/ready")) {
                Answer health = port.get(path);
                assertThat(health.status()).as(health.text()).isEqualTo(200);
                assertThat(health.json().getString("status")).isEqualTo("healthy");
                assertThat(health.json().getInteger("workers")).isEqualTo(2);
                assertThat(checks(health))
                        .isEqualTo(Map.of(
                                "redis",
                                "UP",
                                "artifacts",
                                "UP",
                                "disk",
                                "UP",
                                "workers",
                                "UP",
                                "threads",
                                "UP",
                                "browser",
                                "UP"));
            }
            Answer live = port.get("/health/live");
            assertThat(live.status()).isEqualTo(200);
            assertThat(live.json().getString("status")).isEqualTo("alive");
        }
    }

    @Test
    void givesMetrics(TestNode node) throws Exception {
        Api api = new Api(node);
        double before = found(api);
        api.upload(Form.of("companies").file("tax_code\n0101340108\n"));
        Await.until("the found row in the metrics", () -> found(api), now -> now == before + 1);
        for (Api port : List.of(api, new Api(node.management()))) {
            Answer metrics = port.get("/metrics");
            assertThat(metrics.header("Content-Type")).startsWith("text/plain; version=0.0.4");
            assertThat(metrics.text())
                    .contains("# TYPE rowhound_streams gauge")
                    .containsPattern("(?m)^rowhound_item_attempt_seconds_count [1-9]")
                    .containsPattern("(?m)^rowhound_items_ended_total\\{state=\"found\"} [1-9]")
                    .contains("rowhound_stale_completions_total 0.0");
        }
    }

    private static double found(Api api) throws Exception {
        return api.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("rowhound_items_ended_total{state=\"found\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void tellsThatTheStoreIsAwayAndThatItIsBack() throws Exception {
        try (TestNode node = TestNode.start(Map.of("roles", "web", "redis.timeout_ms", "2000"))) {
            Api api = new Api(node);
            Api management = new Api(node.management());
            String job = api.upload(Form.of("companies").file("tax_code\n1\n"))
                    .json()
                    .getString("id");
            assertThat(management.get("/health").json().getInteger("workers")).isZero();

            node.freezeRedis();
            for (Api port : List.of(api, management)) {
                Answer health = port.get("/health");
                assertThat(health.status()).as(health.text()).isEqualTo(503);
                assertThat(health.json().getString("status")).isEqualTo("unhealthy");
                assertThat(checks(health)).isEqualTo(Map.of("redis", "DOWN", "artifacts", "DOWN", "disk", "UP"));
                assertThat(port.get("/health/live").status()).isEqualTo(200);
                assertThat(port.get("/metrics").status()).isEqualTo(200);
            }
            assertThat(management.get("/health/ready").status()).isEqualTo(503);
            Answer refused = api.get(Api.JOBS + "/" + job);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().getString("code")).isEqualTo("store_unavailable");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();

            node.thawRedis();
            Await.until("a healthy node", () -> management.get("/health"), health -> health.status() == 200);
            assertThat(api.get("/health/ready").status()).isEqualTo(200);
            assertThat(api.job(job).getString("state")).isEqualTo("completed");
        }
    }

    private static Map<String, String> checks(Answer health) {
        return health.json().getJsonArray("checks").stream()
                .map(JsonObject.class::cast)
                .collect(Collectors.toMap(check -> check.getString("id"), check -> check.getString("status")));
    }
}
