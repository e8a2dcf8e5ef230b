package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.LogLines;
import dev.rowhound.TestNode;
import dev.rowhound.app.submission.Submission;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.queue.job.Jobs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What the log says of each upload and each job. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class JobLogIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int UPLOAD_LIMIT = 10_000;

    private static final StubProcessor stub = new StubProcessor();
    private static TestNode node;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("http.max_upload_bytes", String.valueOf(UPLOAD_LIMIT)), stub::processor);
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @Test
    void saysThatAJobHasComeAndHowItEnded() throws Exception {
        stub.answer(2, ItemResult.failed(ErrorCode.SELECTOR_MISSING, "There is no title.", "title"));
        try (LogLines came = LogLines.of(Submission.class.getName());
                LogLines ended = LogLines.of(Jobs.class.getName())) {
            String id = api.upload(StubProcessor.form(3), "Rowhound-User", "ada")
                    .json()
                    .getString("id");
            assertThat(came.await(SOON, id))
                    .isEqualTo("Job " + id + " of ada was uploaded: 3 rows for javadoc version 1");
            assertThat(ended.await(SOON, id))
                    .matches("Job " + id + " of ada is completed after \\d+ s: 3 rows, found 2, failed 1");
        }
    }

    @Test
    void saysHowACancelledJobEnded() throws Exception {
        stub.close();
        try (LogLines ended = LogLines.of(Jobs.class.getName())) {
            String id = api.upload(StubProcessor.form(3)).json().getString("id");
            api.post(Api.JOBS + "/" + id + "/cancel");
            stub.open();
            assertThat(ended.await(SOON, id)).contains("of anonymous is cancelled after", "3 rows");
        }
    }

    @Test
    void saysWhyAnUploadIsRefused() throws Exception {
        try (LogLines log = LogLines.of("dev.rowhound.http")) {
            Answer unknown = api.upload(Form.of("company").file("tax_code\n1\n"));
            assertThat(log.await(SOON, "no_such_recipe"))
                    .isEqualTo("An upload to /api/v1/jobs from 127.0.0.1 was refused: 400 no_such_recipe, "
                            + unknown.json().getString("message"));
            for (String path : List.of(Api.JOBS, "/crawl_csv")) {
                api.upload(path, Form.of("companies").file("tax_code\n1\n"), "Rowhound-Job-Id", "seven");
                log.await(SOON, "An upload to " + path + " ", "was refused: 400 invalid_field", "not a UUID");
            }
            api.upload(
                    "/api/v1/schedules",
                    Form.of("companies").file("tax_code\n1\n"),
                    "Idempotency-Key",
                    "k".repeat(300));
            log.await(SOON, "An upload to /api/v1/schedules from 127.0.0.1 was refused: 400 invalid_field");
            try (SlowUpload large = SlowUpload.announce(node.address(), UPLOAD_LIMIT + 1)) {
                assertThat(large.answer().status()).isEqualTo(413);
            }
            log.await(SOON, "An upload to /api/v1/jobs from 127.0.0.1 was refused: 413 too_large");
        }
    }
}
