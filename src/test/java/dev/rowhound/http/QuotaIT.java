package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Uploads of users who have as much as they may have. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class QuotaIT {
    private static final String FILE = "tax_code\n0101340108\n";

    private static TestNode node;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(
                Map.of("roles", "web", "quota.open_jobs", "1", "quota.schedules", "1", "quota.rows_per_day", "1000"));
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static Answer upload(String user, String file, String... headers) throws Exception {
        return api.upload(Form.of("companies").field("user_id", user).file(file), headers);
    }

    private static void assertExceeded(Answer answer, String words) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(429);
        assertThat(answer.json().getString("code")).isEqualTo("quota_exceeded");
        assertThat(answer.json().getString("field")).isEqualTo("user_id");
        assertThat(answer.json().getString("message")).contains(words);
        assertThat(answer.header("Retry-After"))
                .isEqualTo(String.valueOf(answer.json().getInteger("retry_after")));
    }

    @Test
    void aFurtherJobIsTakenWhenTheFirstHasEnded() throws Exception {
        Answer first = upload("alice", FILE, "Idempotency-Key", "one");
        Answer again = upload("alice", FILE, "Idempotency-Key", "one");
        Answer refused = upload("alice", FILE);
        api.post(Api.JOBS + "/" + first.json().getString("id") + "/cancel");
        Answer second = upload("alice", FILE);
        Answer known = upload("alice", FILE, "Idempotency-Key", "one");

        assertThat(first.status()).isEqualTo(202);
        assertThat(again.json().getString("id")).isEqualTo(first.json().getString("id"));
        assertExceeded(refused, "the user alice may have 1 open jobs (open_jobs)");
        assertThat(second.status()).as(second.text()).isEqualTo(202);
        assertThat(known.status()).as("answered as before: %s", known).isEqualTo(202);
    }

    @Test
    void anUploadThatFailedLeavesItsPlace() throws Exception {
        assertThat(upload("bob", "tax_code\n\"1\n").status()).isEqualTo(400);
        assertThat(upload("bob", "tax_code\n" + "0101340108\n".repeat(50) + "\"1\n")
                        .status())
                .isEqualTo(400);
        assertThat(upload("bob", FILE).status()).isEqualTo(202);
    }

    @Test
    void aFurtherScheduleIsTakenWhenTheFirstIsDeleted() throws Exception {
        String path = "/api/v1/schedules";
        Answer made = api.upload(path, schedule("a"));
        assertThat(made.status()).as(made.text()).isEqualTo(201);

        Answer refused = api.upload(path, schedule("b"));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().getString("message"))
                .contains("the user dora may have 1 schedules (quota.schedules)");

        api.send(api.request(path + "/" + made.json().getString("id") + "?user_id=dora")
                .DELETE());
        assertThat(api.upload(path, schedule("b")).status()).isEqualTo(201);
    }

    private static Form schedule(String name) {
        return Form.of("companies")
                .field("name", name)
                .field("cron", "0 6 * * *")
                .field("user_id", "dora")
                .file(FILE);
    }

    @Test
    void rowsBeyondTheDaysAreRefused() throws Exception {
        Answer refused = upload("carol", "tax_code\n" + "0101340108\n".repeat(1001), "Rowhound-Job-Id", id(1));

        assertExceeded(refused, "the user carol may upload 1000 rows a day (rows_per_day), of which 1000 are used");
        String state = Await.until(
                        "the end of the job",
                        () -> api.get(Api.JOBS + "/" + id(1)),
                        answer -> answer.status() == 404
                                || answer.json().getString("state").equals("failed"))
                .text();
        assertThat(state).contains("quota_exceeded");
        assertThat(upload("carol", "tax_code\n" + "0101340108\n".repeat(1000)).status())
                .as("what was refused is not counted, though some of it had come in")
                .isEqualTo(202);
        assertExceeded(upload("carol", FILE), "of which 1000 are used");
    }

    @Test
    void theRowsOfAnUploadThatFailedAreNotUsedUp() throws Exception {
        String broken = "tax_code\n" + "0101340108\n".repeat(700) + "\"1\n";
        for (int time = 0; time < 3; time++) {
            assertThat(upload("dung", broken).status()).isEqualTo(400);
        }

        assertThat(upload("dung", "tax_code\n" + "0101340108\n".repeat(1000)).status())
                .isEqualTo(202);
        assertExceeded(upload("dung", FILE), "of which 1000 are used");
    }

    private static String id(int number) {
        return String.format("00000000-0000-4000-8000-%012d", number);
    }
}
