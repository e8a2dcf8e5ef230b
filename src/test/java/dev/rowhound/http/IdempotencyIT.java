package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Writing calls that are sent again under their key. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class IdempotencyIT {
    private static final String KEY = "Idempotency-Key";
    private static final String HEAD = "tax_code,note\n";

    private static TestNode node;
    private static Api api;

    private final String key = UUID.randomUUID().toString();

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("roles", "web"));
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    @Test
    void anUploadThatBrokeOffMayBeSentAgain() throws Exception {
        List<String> before = api.jobs();
        for (int lost = 1; lost <= 2; lost++) {
            breakOff(before.size() + lost);
        }

        Answer again = api.upload(Form.of("companies").file(HEAD + rows(700)), KEY, key);
        Answer repeat = api.upload(Form.of("companies").file(HEAD + rows(700)), KEY, key);

        assertThat(again.status()).as(again.text()).isEqualTo(202);
        assertThat(repeat.text()).isEqualTo(again.text());
        assertThat(api.jobs()).hasSize(before.size() + 3);
        Answer other = api.upload(Form.of("companies").file(HEAD + rows(701)), KEY, key);
        assertThat(other.json().getString("code")).isEqualTo("idempotency_conflict");
    }

    @Test
    void theSecondTryIsUnderWayToOthersToo() throws Exception {
        int jobs = api.jobs().size();
        breakOff(jobs + 1);
        try (SlowUpload second = SlowUpload.begin(node.address(), "companies", "tax_code,note", KEY, key)) {
            second.send(rows(600));
            awaitJobs(jobs + 2);
            Answer third = api.upload(Form.of("companies").file(HEAD + rows(600)), KEY, key);
            assertThat(third.status()).isEqualTo(409);
            assertThat(third.json().getString("code")).isEqualTo("upload_in_progress");
            assertThat(second.finish().status()).isEqualTo(202);
        }
        assertThat(api.upload(Form.of("companies").file(HEAD + rows(600)), KEY, key)
                        .status())
                .isEqualTo(202);
        assertThat(api.jobs()).hasSize(jobs + 2);
    }

    @Test
    void aFileThatIsWrongStaysWrong() throws Exception {
        int jobs = api.jobs().size();
        Answer first = api.upload(Form.of("companies").file(HEAD + rows(600) + "1,2,3\n"), KEY, key);
        Answer again = api.upload(Form.of("companies").file(HEAD + rows(600) + "1,2,3\n"), KEY, key);

        assertThat(again.status()).isEqualTo(first.status()).isEqualTo(400);
        for (String name : List.of("code", "field", "line")) {
            assertThat(again.json().getValue(name))
                    .as(name)
                    .isEqualTo(first.json().getValue(name));
        }
        assertThat(again.json().getString("code")).isEqualTo("bad_row");
        assertThat(api.jobs()).hasSize(jobs + 1);
    }

    @Test
    void aRepeatedCallGetsTheFirstAnswer() throws Exception {
        String job = api.upload(Form.of("companies").file("tax_code\n0101340108\n"))
                .json()
                .getString("id");
        Answer first = cancel(job, "");
        Answer again = cancel(job, "");

        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(first.header("Idempotency-Replayed")).isNull();
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.text()).isEqualTo(first.text());
        Answer other = cancel(job, "{}");
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.json().getString("code")).isEqualTo("idempotency_conflict");
        assertThat(api.post(Api.JOBS + "/" + job + "/cancel").status()).isEqualTo(200);
        String kept = stored();
        assertThat(node.send(Command.PTTL, kept).toLong()).isBetween(86_000_000L, 86_400_000L);
    }

    @Test
    void aRefusalIsRepeatedToo() throws Exception {
        Answer first = cancel("none", "");
        Answer again = cancel("none", "");
        assertThat(first.status()).isEqualTo(404);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void aCallUnderWayIsWaitedForUntilItCountsAsLost() throws Exception {
        String job = api.upload(Form.of("companies").file("tax_code\n0101340108\n"))
                .json()
                .getString("id");
        cancel(job, "");
        String kept = stored();
        long now = System.currentTimeMillis();
        node.send(Command.HDEL, kept, "status", "body");
        node.send(Command.HSET, kept, "since", Long.toString(now - 20_000));
        Answer early = cancel(job, "");
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.json().getString("code")).isEqualTo("request_in_progress");
        assertThat(early.header("Retry-After")).isEqualTo("1");

        node.send(Command.HSET, kept, "since", Long.toString(now - 31_000));
        Answer late = cancel(job, "");
        assertThat(late.status()).isEqualTo(200);
        assertThat(late.header("Idempotency-Replayed")).isNull();
    }

    private Answer cancel(String job, String body) throws Exception {
        return api.send(api.request(Api.JOBS + "/" + job + "/cancel", KEY, key).POST(BodyPublishers.ofString(body)));
    }

    /** The key of this test's call in the store, which has no other of this user's by now. */
    private static String stored() throws Exception {
        List<String> keys = node.keys().stream()
                .filter(name -> name.startsWith("{u:anonymous}:idem:"))
                .toList();
        assertThat(keys).hasSize(1);
        return keys.get(0);
    }

    @AfterEach
    void forget() throws Exception {
        for (String name : node.keys()) {
            if (name.contains(":idem:")) {
                node.send(Command.DEL, name);
            }
        }
    }

    /** Breaks an upload off in the middle, and waits until its job, one of so many, has failed. */
    private void breakOff(int jobs) throws Exception {
        try (SlowUpload upload = SlowUpload.begin(node.address(), "companies", "tax_code,note", KEY, key)) {
            upload.send(rows(600));
            awaitJobs(jobs);
        }
        JsonObject job = api.awaitEnd(api.jobs().get(0));
        assertThat(job.getJsonObject("reason").getString("code")).isEqualTo("upload_aborted");
    }

    private static void awaitJobs(int count) throws Exception {
        Await.until("job " + count, api::jobs, jobs -> jobs.size() == count);
    }

    private static String rows(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(row -> row + ",a note of this and that and more\n")
                .collect(Collectors.joining());
    }
}
