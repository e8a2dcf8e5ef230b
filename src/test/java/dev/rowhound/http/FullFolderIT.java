package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Uploads while their files find no place: 503 with a code, and the upload goes well under its key afterwards. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FullFolderIT {
    private static final String SCHEDULES = "/api/v1/schedules";

    private static TestNode node;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("roles", "web", "artifacts.min_free_mb", "0"));
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static void assertUnavailable(Answer answer, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
        assertThat(answer.json().getString("code")).isEqualTo(code);
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    }

    /** As root, or by sudo where that asks for no password. */
    private static int privileged(String... command) throws Exception {
        if (System.getProperty("user.name").equals("root")) {
            return run(command);
        }
        List<String> words = new ArrayList<>(List.of("sudo", "-n"));
        words.addAll(List.of(command));
        return run(words.toArray(String[]::new));
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static Form large() {
        return Form.of("companies").file("tax_code,note\n" + ("1,a note of this and that and more\n").repeat(20_000));
    }

    @Test
    void aFileWhereTheJobsFolderMustBe() throws Exception {
        String id = UUID.randomUUID().toString();
        Path blocker = Files.createFile(node.data().resolve("artifacts").resolve(id));
        Form[] forms = {
            Form.of("companies").file("tax_code\n1\n"), Form.of("companies").file("tax_code\n1\n")
        };

        assertUnavailable(api.upload(forms[0], "Rowhound-Job-Id", id), "storage_unavailable");
        Files.delete(blocker);

        Answer taken = api.upload(forms[1], "Rowhound-Job-Id", id);
        assertThat(taken.status()).as(taken.toString()).isEqualTo(202);
    }

    @Test
    void aFolderThatIsFullAndOneThatIsReadOnly() throws Exception {
        Path artifacts = node.data().resolve("artifacts");
        assertThat(privileged("mount", "-t", "tmpfs", "-o", "size=256k", "rowhound-test", artifacts.toString()))
                .as("a small disk can be mounted, by root or with sudo")
                .isZero();
        try {
            assertUnavailable(api.upload(large(), "Idempotency-Key", "full"), "storage_full");
            assertUnavailable(api.upload(SCHEDULES, schedule()), "storage_full");
            assertThat(privileged("mount", "-o", "remount,ro", artifacts.toString()))
                    .isZero();
            assertUnavailable(
                    api.upload(Form.of("companies").file("tax_code\n1\n"), "Idempotency-Key", "read-only"),
                    "storage_read_only");
        } finally {
            assertThat(privileged("umount", artifacts.toString())).isZero();
        }
        Answer taken = api.upload(large(), "Idempotency-Key", "full");
        assertThat(taken.status()).as(taken.toString()).isEqualTo(202);
    }

    @Test
    void aDiskOfWhichSomeIsToStayFree() throws Exception {
        try (TestNode careful = TestNode.start(Map.of("roles", "web", "artifacts.min_free_mb", "1000000000"))) {
            Api its = new Api(careful);
            assertUnavailable(its.upload(Form.of("companies").file("tax_code\n1\n")), "storage_full");
            // Before it is kept for the fields that may follow, such as a recipe's name.
            Form unknown = Form.of("no-such-recipe").file("tax_code\n1\n");
            assertUnavailable(its.upload("/crawl_csv", unknown), "storage_full");
            Answer health = its.get("/health");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.text()).contains("artifacts.min_free_mb");
        }
    }

    private static Form schedule() {
        return Form.of("companies")
                .field("name", "yearly")
                .field("cron", "0 3 1 1 *")
                .file("tax_code,note\n" + ("1,a note of this and that and more\n").repeat(20_000));
    }
}
