package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A client that fetches results does not notice that a job's results leave the store for a file. */
class CompactedResultsIT {
    private static final List<String> FORMS = List.of(
            "/results?format=csv&bom=true",
            "/results?format=json",
            "/results?format=ndjson",
            "/items",
            "/items?cursor=7&limit=5");

    @Test
    @Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
    void resultsAreTheSameBytesBeforeWhileAndAfter() throws Exception {
        try (TestNode node = TestNode.start(Map.of("queue.compact_after_seconds", "10"))) {
            Api api = new Api(node);
            String file = String.join(
                    "\n",
                    Files.readAllLines(TestNode.home().resolve("examples/companies/tax-codes.csv"))
                            .subList(0, 25));
            String job = api.upload(Form.of("companies").file(file.getBytes(StandardCharsets.UTF_8)))
                    .json()
                    .getString("id");
            while (!api.job(job).getString("state").equals("completed")) {
                TimeUnit.MILLISECONDS.sleep(100);
            }

            List<String> before = read(api, job);
            assertThat(node.keys()).as("they are still in the store").contains(key(job));
            assertThat(before.get(0).lines().count()).isEqualTo(25);
            int times = 0;
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (node.keys().contains(key(job)) && System.nanoTime() - end < 0) {
                assertThat(read(api, job)).isEqualTo(before);
                times++;
            }

            assertThat(times).isPositive();
            assertThat(node.keys()).doesNotContain(key(job));
            assertThat(node.artifacts()).anyMatch(name -> name.matches(job + "/results-1-[0-9a-f]{8}\\.seg"));
            assertThat(read(api, job)).isEqualTo(before);
        }
    }

    private static String key(String job) {
        return "{j:" + job + "}:res";
    }

    private static List<String> read(Api api, String job) throws Exception {
        List<String> texts = new ArrayList<>();
        for (String form : FORMS) {
            texts.add(api.get(Api.JOBS + "/" + job + form).text());
        }
        return texts;
    }
}
