package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import io.vertx.redis.client.Command;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that has an answer to its end has all rows. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class CutResultsIT {
    /** Rows of so many characters that far more than one answer's buffers hold are still to come. */
    private static final int ROWS = 20_000;

    private static final String NOTE = "n".repeat(1000);
    private static final String HEAD = "tax_code,note";

    /** Nothing is looked up. */
    private static final StubProcessor stub = new StubProcessor().close();

    private static TestNode node;
    private static Api api;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("worker.slots", "1", "queue.compat_ttl_seconds", "1"), stub::processor);
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        stub.open();
        node.close();
    }

    private static String rows() {
        return IntStream.rangeClosed(1, ROWS)
                .mapToObj(row -> String.format("%010d,%s", row, NOTE))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private InputStream download(String job, String format) throws Exception {
        URI address = node.address().resolve(Api.JOBS + "/" + job + "/results?format=" + format);
        HttpResponse<InputStream> response =
                client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "ndjson"})
    void aDownloadBreaksOffWhereTheUploadDoes(String format) throws Exception {
        int before = api.jobs().size();
        InputStream results;
        try (SlowUpload upload = SlowUpload.begin(node.address(), "companies", HEAD)) {
            upload.send(rows());
            String job = Await.until("the job", () -> api.jobs(), jobs -> jobs.size() > before)
                    .get(0);
            Await.until("most rows", () -> api.job(job), now -> now.getInteger("received") > ROWS * 9 / 10);
            results = download(job, format);
            assertThat(results.readNBytes(100_000)).hasSize(100_000);
        }

        assertThatThrownBy(results::readAllBytes).isInstanceOf(IOException.class);
    }

    @Test
    void aJobDoesNotExpireUnderADownload() throws Exception {
        Api.Answer answer = api.upload("/crawl_csv", new Form().file(HEAD + "\n" + rows()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        String job = answer.json().getString("session_id");
        InputStream results = download(job, "csv");
        byte[] begin = results.readNBytes(100_000);
        assertThat(api.post(Api.JOBS + "/" + job + "/cancel").status()).isEqualTo(200);
        String meta = "{j:" + job + "}:m";
        Await.until("the job's time", () -> node.send(Command.PTTL, meta).toLong(), left -> left >= 0);
        long ended = System.nanoTime();
        Await.until(
                "a time beyond it",
                () -> System.nanoTime() - ended,
                passed -> passed > Duration.ofSeconds(3).toNanos());

        String text =
                new String(begin, StandardCharsets.UTF_8) + new String(results.readAllBytes(), StandardCharsets.UTF_8);

        assertThat(text.lines().count()).isEqualTo(ROWS + 1);
        assertThat(node.send(Command.PTTL, meta).toLong())
                .as("no longer than a lease")
                .isBetween(1L, 60_000L);
    }
}
