package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.SharedNode;
import dev.rowhound.TestNode;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** Looks classes up in pages that nobody here wrote, and compares some with what a person has read there. */
@ExtendWith(SharedNode.class)
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class JavadocIT {
    private static final Path EXAMPLE = TestNode.home().resolve("examples/javadoc");

    @Test
    void findsTheClasses(TestNode node) throws Exception {
        Api api = new Api(node);
        Path classes = EXAMPLE.resolve("classes.csv");
        String job = api.upload(Form.of("javadoc").file(Files.readAllBytes(classes)))
                .json()
                .getString("id");
        try (EventStream stream = api.events(job)) {
            stream.rest();
        }
        JsonObject end = api.job(job);
        CsvTable results =
                CsvTable.of(api.get(Api.JOBS + "/" + job + "/results").text()).withErrorCodes();
        CsvTable expected = CsvTable.of(EXAMPLE.resolve("expected.csv"));

        assertThat(end.getString("state")).isEqualTo("completed");
        assertThat(end.getInteger("done")).isEqualTo(CsvTable.of(classes).rows().size());
        assertThat(results.rows())
                .filteredOn(row -> row.get("state").equals("found"))
                .hasSizeGreaterThanOrEqualTo(150)
                .allSatisfy(
                        row -> assertThat(row).doesNotContainEntry("title", "").doesNotContainEntry("kind", ""));
        assertThat(end.getJsonObject("counters").getInteger("found")).isEqualTo((int) results.rows().stream()
                .filter(row -> row.get("state").equals("found"))
                .count());
        Map<String, Map<String, String>> byClass = results.by("class");
        assertThat(expected.rows()).hasSizeGreaterThanOrEqualTo(10).allSatisfy(row -> {
            assertThat(byClass).containsKey(row.get("class"));
            assertThat(byClass.get(row.get("class"))).containsAllEntriesOf(row);
        });
    }
}
