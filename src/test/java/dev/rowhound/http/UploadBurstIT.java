package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Many uploads at a node that takes two at once. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class UploadBurstIT {
    private static final int BURST = 40;

    private static TestNode node;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("roles", "web", "http.max_uploads", "2"));
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static Answer upload() {
        try {
            return api.upload(Form.of("companies").file("tax_code\n0101340108\n"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aBurstIsTakenOneAfterTheOther() throws Exception {
        ExecutorService users = Executors.newFixedThreadPool(BURST);
        try {
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < BURST; i++) {
                answers.add(CompletableFuture.supplyAsync(UploadBurstIT::upload, users));
            }
            for (CompletableFuture<Answer> answer : answers) {
                assertThat(answer.get(40, TimeUnit.SECONDS).status()).isEqualTo(202);
            }
        } finally {
            users.shutdownNow();
        }
    }

    @Test
    void aFormWithoutItsFileTakesNoPlace() throws Exception {
        Set<String> before = node.artifacts();
        try (SlowUpload one = SlowUpload.announce(node.address(), 1000);
                SlowUpload two = SlowUpload.announce(node.address(), 1000);
                SlowUpload begun = SlowUpload.begin(node.address(), "companies", "tax_code")) {
            Await.until("the file", node::artifacts, files -> files.size() > before.size());
            assertThat(upload().status()).isEqualTo(202);
        }
    }

    @Test
    void oneThatLeavesGivesItsPlaceToTheNext() throws Exception {
        SlowUpload one = SlowUpload.begin(node.address(), "companies", "tax_code");
        SlowUpload two = SlowUpload.begin(node.address(), "companies", "tax_code");
        try (one;
                two) {
            CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(UploadBurstIT::upload);
            one.close();
            assertThat(waiting.get(15, TimeUnit.SECONDS).status()).isEqualTo(202);
        }
    }
}
