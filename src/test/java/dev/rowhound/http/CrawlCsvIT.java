package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.SharedNode;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.http.EventStream.Event;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** The earlier crawler's clients find what they know. */
@ExtendWith(SharedNode.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class CrawlCsvIT {
    private static final int ROWS = 15;

    @Test
    void looksUpAndShowsHowFarItIs(TestNode node) throws Exception {
        Api api = new Api(node);
        Answer answer = api.upload("/crawl_csv", new Form().file(someCompanies()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().fieldNames()).containsExactly("session_id");
        String session = answer.json().getString("session_id");

        List<JsonObject> messages = progress(api, session);

        assertThat(messages).hasSizeGreaterThan(2).allSatisfy(message -> {
            assertThat(message.fieldNames()).containsExactly("status", "completed", "total", "message");
            assertThat(message.getInteger("total")).isEqualTo(ROWS);
            assertThat(message.getString("message")).isNotBlank();
        });
        assertThat(messages.get(0).getString("status")).isIn("waiting", "processing");
        assertThat(messages)
                .extracting(message -> message.getInteger("completed"))
                .isSortedAccordingTo(Comparator.naturalOrder());
        JsonObject last = messages.get(messages.size() - 1);
        assertThat(last.getString("status")).isEqualTo("completed");
        assertThat(last.getInteger("completed")).isEqualTo(ROWS);
        assertThat(messages.stream()
                        .limit(messages.size() - 1)
                        .map(message -> message.getString("status"))
                        .collect(Collectors.toSet()))
                .isSubsetOf(Set.of("waiting", "processing"));

        assertThat(api.job(session).getString("recipe")).isEqualTo("companies");
        assertThat(progress(api, session)).containsExactly(last);
    }

    @Test
    void tellsOfASessionThatThereIsNot(TestNode node) throws Exception {
        List<JsonObject> messages = progress(new Api(node), "nobody");
        assertThat(messages).hasSize(1);
        assertThat(messages.get(0).getString("status")).isEqualTo("failed");
        assertThat(messages.get(0).getString("message")).contains("nobody");
    }

    @Test
    void tellsThatTheCrawlWasCancelled(TestNode node) throws Exception {
        Api api = new Api(node);
        String session = api.upload("/crawl_csv", new Form().file(someCompanies()))
                .json()
                .getString("session_id");
        assertThat(api.post(Api.JOBS + "/" + session + "/cancel").status()).isEqualTo(200);
        List<JsonObject> messages = progress(api, session);
        assertThat(messages).hasSize(1);
        assertThat(messages.get(0).getString("status")).isEqualTo("failed");
        assertThat(messages.get(0).getString("message")).contains("cancelled");
    }

    @Test
    void refusesWhatTheApiRefuses(TestNode node) throws Exception {
        Answer answer = new Api(node).upload("/crawl_csv", new Form().file("a,b\n1,2\n"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().getString("code")).isEqualTo("no_such_column");
    }

    @Test
    void saysWhatIsWrongWithAFormWhoseFileMayStandAnywhere(TestNode node) throws Exception {
        Api api = new Api(node);
        Answer none = api.upload("/crawl_csv", new Form().field("recipe", "companies"));
        assertThat(none.status()).isEqualTo(400);
        assertThat(none.json().getString("message")).contains("missing").doesNotContain("last");
        Answer two = api.upload(
                "/crawl_csv",
                new Form().file("tax_code\n1\n").field("recipe", "companies").file("tax_code\n2\n"));
        assertThat(two.status()).isEqualTo(400);
        assertThat(two.json().getString("code")).isEqualTo("field_after_file");
        assertThat(two.json().getString("message")).contains("second file").doesNotContain("last");
    }

    @Test
    void believesTheFieldAndLetsTheConnectionBeSilentUntilItsAnswer(TestNode node) throws Exception {
        Answer answer = new Api(node)
                .upload("/crawl_csv", new Form().file("tax_code\n1\n").field("user_id", "an"), "Rowhound-User", "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("Connection")).isEqualTo("close");
    }

    /** The messages to the stream's end; they have neither ids nor types. */
    private static List<JsonObject> progress(Api api, String session) throws Exception {
        try (EventStream stream = api.watch("/progress/" + session)) {
            assertThat(stream.response().headers().firstValue("Content-Type")).contains("text/event-stream");
            return stream.rest().stream()
                    .peek(event -> assertThat(event).isEqualTo(new Event(null, null, event.data())))
                    .map(Event::json)
                    .toList();
        }
    }

    private static String someCompanies() throws Exception {
        try (Stream<String> lines = Files.lines(TestNode.home().resolve("examples/companies/tax-codes.csv"))) {
            // Without the one that never answers.
            return lines.filter(line -> !line.startsWith("9900000030"))
                            .limit(ROWS + 1)
                            .collect(Collectors.joining("\n"))
                    + "\n";
        }
    }
}
