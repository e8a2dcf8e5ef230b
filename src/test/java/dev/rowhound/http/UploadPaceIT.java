package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.LogLines;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slow clients, and clients with many uploads, at a node that takes two at once, and one of each client. */
@Timeout(value = 90, threadMode = ThreadMode.SEPARATE_THREAD)
class UploadPaceIT {
    private static final Duration SOON = Duration.ofSeconds(8);
    private static final String FROM = "X-Forwarded-For";
    private static final String CLIENT = "192.0.2.7";

    /** A steady client sends so many pieces, at twice the least rate. */
    private static final int PIECES = 20;

    private static TestNode node;
    private static Api api;
    private static ScheduledExecutorService clients;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of(
                "roles", "web",
                "http.trusted_proxies", "127.0.0.1",
                "http.max_uploads", "2",
                "http.max_uploads_per_client", "1",
                "http.upload_grace_seconds", "1",
                "http.upload_min_bytes_per_second", "1000"));
        api = new Api(node);
        clients = Executors.newScheduledThreadPool(4);
    }

    @AfterAll
    static void stop() throws Exception {
        clients.shutdownNow();
        node.close();
    }

    /** Sends a byte now and then, until nobody takes it. */
    private static ScheduledFuture<?> trickle(SlowUpload upload) {
        return every(() -> upload.send("1"));
    }

    private interface Sending {
        void send() throws IOException;
    }

    private static ScheduledFuture<?> every(Sending sending) {
        return clients.scheduleAtFixedRate(
                () -> {
                    try {
                        sending.send();
                    } catch (IOException e) {
                        throw new IllegalStateException("the connection is closed", e);
                    }
                },
                200,
                200,
                TimeUnit.MILLISECONDS);
    }

    private static String rows(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(row -> row + ",a note of this and that\n")
                .collect(Collectors.joining());
    }

    private static Answer upload() {
        try {
            return api.upload(Form.of("companies").file("tax_code\n0101340108\n"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertCut(SlowUpload upload) throws IOException {
        SlowUpload.Answer answer = upload.answer();
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.headers()).containsEntry("connection", "close");
        assertThat(answer.json().getString("code")).isEqualTo("upload_aborted");
        assertThat(answer.json().getString("message")).contains("1000 bytes a second over 1 s", "faster");
        assertThat(upload.closedByServer()).isTrue();
    }

    @Test
    void slowClientsGiveTheirPlacesToOthersAndLeaveNothing() throws Exception {
        Set<String> files = node.artifacts();
        List<SlowUpload> slow = new ArrayList<>();
        List<String> jobs = new ArrayList<>();
        try (LogLines log = LogLines.of("dev.rowhound.http")) {
            for (int i = 1; i <= 4; i++) {
                String id = UUID.randomUUID().toString();
                SlowUpload upload = SlowUpload.begin(
                        node.address(), "companies", "tax_code,note", "Rowhound-Job-Id", id, FROM, "192.0.2." + i);
                slow.add(upload.send(rows(600)));
                jobs.add(id);
                trickle(upload);
            }
            api.awaitJob(jobs.get(0));

            CompletableFuture<Answer> other = CompletableFuture.supplyAsync(UploadPaceIT::upload);
            assertThat(other.get(20, TimeUnit.SECONDS).status()).isEqualTo(202);
            for (SlowUpload upload : slow) {
                assertCut(upload);
            }
            log.await(SOON, "An upload to /api/v1/jobs from 192.0.2.4 was refused: 408 upload_aborted");
        } finally {
            for (SlowUpload upload : slow) {
                upload.close();
            }
        }
        for (String id : jobs) {
            JsonObject job = api.awaitEnd(id);
            assertThat(job.getString("state")).isEqualTo("failed");
            assertThat(job.getJsonObject("reason").getString("code")).isEqualTo("upload_aborted");
            assertThat(job.getJsonObject("reason").getString("message")).contains("too slow");
            assertThat(node.artifacts()).noneMatch(file -> !files.contains(file) && file.contains(id));
        }
    }

    @ParameterizedTest
    @CsvSource({"createJob, /api/v1/jobs", "createSchedule, /api/v1/schedules", "crawlCsv, /crawl_csv"})
    void aFormThatNeverComesToItsFileEnds(String operation, String path) throws Exception {
        try (SlowUpload upload = SlowUpload.open(node.address(), path)) {
            upload.send(Form.fieldText("column", ""));
            ScheduledFuture<?> bytes = trickle(upload);
            SlowUpload.Answer answer = upload.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(ContractCheck.of(node.vertx())
                            .fault(
                                    operation,
                                    answer.status(),
                                    answer.headers(),
                                    answer.json().toBuffer()))
                    .isEmpty();
            assertThat(upload.closedByServer()).isTrue();
            bytes.cancel(true);
        }
    }

    @Test
    void aRefusedUploadMayNotTrickleEither() throws Exception {
        try (SlowUpload upload = SlowUpload.begin(node.address(), "no-such-recipe", "tax_code", FROM, CLIENT)) {
            ScheduledFuture<?> bytes = trickle(upload);
            SlowUpload.Answer answer = upload.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().getString("code")).isEqualTo("no_such_recipe");
            assertThat(upload.closedByServer()).isTrue();
            bytes.cancel(true);
        }
    }

    /** An upload of {@link #CLIENT} that has its place. */
    private static SlowUpload begun() throws Exception {
        Set<String> before = node.artifacts();
        SlowUpload upload = SlowUpload.begin(node.address(), "companies", "tax_code,note", FROM, CLIENT);
        Await.until("the file", node::artifacts, files -> files.size() > before.size());
        return upload;
    }

    /** Sends a piece of a file now and then, fast enough, and ends the file. */
    private static CompletableFuture<SlowUpload.Answer> steady(SlowUpload upload) {
        CompletableFuture<SlowUpload.Answer> answer = new CompletableFuture<>();
        int[] sent = {0};
        ScheduledFuture<?> sending = every(() -> {
            if (sent[0]++ < PIECES) {
                upload.send(rows(16));
            } else if (!answer.isDone()) {
                answer.complete(upload.finish());
            }
        });
        answer.whenComplete((done, error) -> sending.cancel(false));
        return answer;
    }

    @Test
    void aClientWaitsBehindItsOwnWithoutBeingSlowAndOthersPassBy() throws Exception {
        try (SlowUpload first = begun();
                SlowUpload second = SlowUpload.begin(node.address(), "companies", "tax_code", FROM, CLIENT)) {
            CompletableFuture<SlowUpload.Answer> firstAnswer = steady(first);
            CompletableFuture<SlowUpload.Answer> secondAnswer = CompletableFuture.supplyAsync(() -> {
                try {
                    return second.send("0101340108\n").finish();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(upload().status()).isEqualTo(202);
            assertThat(firstAnswer).isNotDone();
            assertThat(secondAnswer).isNotDone();
            assertThat(firstAnswer.get(20, TimeUnit.SECONDS).status()).isEqualTo(202);
            assertThat(secondAnswer.get(20, TimeUnit.SECONDS).status()).isEqualTo(202);
        }
    }

    @Test
    void whoLeavesWhileWaitingIsForgottenAtOnce() throws Exception {
        try (LogLines log = LogLines.of("dev.rowhound.http");
                SlowUpload first = begun()) {
            CompletableFuture<SlowUpload.Answer> firstAnswer = steady(first);
            try (SlowUpload second = SlowUpload.begin(node.address(), "companies", "tax_code", FROM, CLIENT)) {
                second.send("0101340108\n");
            }
            log.await(SOON, "from " + CLIENT + " was interrupted: the client has disconnected");
            assertThat(firstAnswer).isNotDone();
            assertThat(firstAnswer.get(20, TimeUnit.SECONDS).status()).isEqualTo(202);
        }
    }
}
