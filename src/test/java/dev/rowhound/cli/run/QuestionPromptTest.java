package dev.rowhound.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.cli.client.TestServer;
import dev.rowhound.cli.console.TestTerminal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class QuestionPromptTest {
    private static final String JOB = "3f0c7f6e-8a55-4f0e-9f9b-6c2a4f1f3b11";
    private static final String PICTURE = "not a picture";
    private static final Pattern FILE = Pattern.compile("picture {2}(\\S+)");

    private final BlockingQueue<JsonObject> sent = new LinkedBlockingQueue<>();
    private volatile int status = 200;

    private void routes(Router router) {
        router.post("/api/v1/jobs/" + JOB + "/items/:row/answer")
                .handler(BodyHandler.create())
                .handler(context -> {
                    sent.add(context.body().asJsonObject().put("row", Integer.valueOf(context.pathParam("row"))));
                    context.response()
                            .setStatusCode(status)
                            .end("{\"code\":\"question_over\",\"message\":\"it is not open\"}");
                });
        router.get("/picture.png").handler(context -> context.response().end(PICTURE));
    }

    private static JsonObject question(String id, boolean text) {
        return new JsonObject()
                .put("id", id)
                .put("prompt", "Type the letters.")
                .put("text", text)
                .put("page", "https://a.example/")
                .put("picture", "/picture.png")
                .put("rejected", false)
                .put("tries_left", 3);
    }

    private static JsonObject event(int row, JsonObject question) {
        return new JsonObject()
                .put("row", row)
                .put("question", question)
                .put("counters", new JsonObject().put("needs_human", 97));
    }

    private JsonObject taken() throws InterruptedException {
        return sent.poll(10, TimeUnit.SECONDS);
    }

    private static void await(TestTerminal terminal, String words) {
        while (!terminal.err().contains(words)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void asksOneAfterTheOtherAndAFailedTryFirst() throws Exception {
        PipedWriter keyboard = new PipedWriter();
        TestTerminal terminal = TestTerminal.typing(new PipedReader(keyboard));
        try (TestServer server = new TestServer(this::routes);
                QuestionPrompt prompt = new QuestionPrompt(server.client(), terminal.terminal(), JOB)) {
            prompt.event("item.needs_human", event(5, question("00000005", true)));
            prompt.event("item.needs_human", event(6, question("00000006", true)));
            prompt.event("item.needs_human", event(7, null));
            await(terminal, "Answer: ");
            assertThat(terminal.err()).contains("Row 5: Type the letters. (97 rows wait for an answer)");
            assertThat(terminal.err()).contains(server.address() + "/picture.png");
            Matcher file = FILE.matcher(terminal.err());
            assertThat(file.find()).isTrue();
            assertThat(Path.of(file.group(1))).hasContent(PICTURE);

            keyboard.write("k7wq\n");
            keyboard.flush();
            assertThat(taken()).isEqualTo(new JsonObject("{\"question\":\"00000005\",\"text\":\"k7wq\",\"row\":5}"));
            await(terminal, "Row 6: ");
            assertThat(Files.exists(Path.of(file.group(1)))).isFalse();

            prompt.event("item.needs_human", event(8, question("00000008", false)));
            prompt.event(
                    "item.needs_human",
                    event(5, question("00000055", true).put("rejected", true).put("tries_left", 2)));
            keyboard.write("\n");
            keyboard.flush();
            await(terminal, "The site did not accept the answer; here is another picture. 2 tries left.\nRow 5: ");
            keyboard.write("again\n");
            keyboard.flush();
            assertThat(taken().getString("question")).isEqualTo("00000055");
            await(terminal, "Press Enter to continue: ");
            keyboard.write("\n");
            keyboard.flush();
            assertThat(taken()).isEqualTo(new JsonObject("{\"question\":\"00000008\",\"go_on\":true,\"row\":8}"));
        }
    }

    @Test
    void aQuestionThatIsOverIsToldAndTheNextOneComes() throws Exception {
        PipedWriter keyboard = new PipedWriter();
        TestTerminal terminal = TestTerminal.typing(new PipedReader(keyboard));
        status = 409;
        try (TestServer server = new TestServer(this::routes);
                QuestionPrompt prompt = new QuestionPrompt(server.client(), terminal.terminal(), JOB)) {
            prompt.event(
                    "reset",
                    new JsonObject()
                            .put("counters", new JsonObject().put("needs_human", 1))
                            .put(
                                    "questions",
                                    new JsonArray()
                                            .add(new JsonObject()
                                                    .put("row", 5)
                                                    .put("question", question("00000005", true)))));
            await(terminal, "Row 5: ");
            prompt.event("item.ended", event(5, null));
            prompt.event("item.needs_human", event(6, question("00000006", true)));
            keyboard.write("late\n");
            keyboard.flush();
            await(terminal, "Row 6: ");
            keyboard.write("later\n");
            keyboard.flush();
            assertThat(taken().getString("question")).isEqualTo("00000006");
        }
        assertThat(sent).isEmpty();
        assertThat(terminal.out()).contains("The question of row 5 was already closed");
    }

    @Test
    void saysOnceWhereToAnswerWhereNobodySits() throws Exception {
        TestTerminal terminal = new TestTerminal(false);
        try (TestServer server = new TestServer(this::routes);
                QuestionPrompt prompt = new QuestionPrompt(server.client(), terminal.terminal(), JOB)) {
            prompt.event("item.needs_human", event(5, question("00000005", true)));
            prompt.event("item.needs_human", event(6, question("00000006", true)));
            assertThat(terminal.out())
                    .isEqualTo("Rows are waiting for an answer; answer at "
                            + server.client().page(JOB) + "\n");
        }
    }
}
