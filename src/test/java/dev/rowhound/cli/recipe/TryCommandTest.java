package dev.rowhound.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.cli.RowhoundCommand;
import dev.rowhound.cli.client.TestServer;
import dev.rowhound.cli.console.TestTerminal;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.job.Visit;
import dev.rowhound.job.Visit.StepTime;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code rowhound try} shows and writes, and its exit codes. */
class TryCommandTest {
    /** In Base64 with both signs that its variants spell differently. */
    private static final byte[] PICTURE = {(byte) 0xfb, (byte) 0xff, 3};

    private final TestTerminal terminal = new TestTerminal(false);

    @TempDir
    Path folder;

    private Path file;
    private final List<JsonObject> asked = new ArrayList<>();

    @BeforeEach
    void writeRecipe() throws IOException {
        file = folder.resolve("shops.json");
        Files.writeString(
                file,
                "{\"name\": \"shops\", \"start\": {\"url\": \"http://x/{key}\"}, \"outcomes\": {\"found\": [{\"text\": \"x\"}]}}");
    }

    private static Trial trial(String key) {
        Visit visit = new Visit(
                "http://x/" + key,
                200,
                "browser",
                List.of("a\nb"),
                List.of(new StepTime("start", 75), new StepTime("extract", 25)));
        ItemResult result =
                switch (key) {
                    case "none" -> ItemResult.notFound();
                    case "lost" -> ItemResult.failed(ErrorCode.TIMEOUT, "It took too long", "start");
                    default -> ItemResult.found(new JsonObject().put("title", "shops\n" + key));
                };
        return new Trial(key, result.with(visit), List.of(new Evidence(Evidence.SCREENSHOT, "image/png", PICTURE)));
    }

    /** Runs it against a server whose look-ups end as {@link #trial} says. */
    private int runThere(String... arguments) throws Exception {
        try (TestServer server = new TestServer(this::routes)) {
            List<String> all = new ArrayList<>(List.of(arguments));
            all.addAll(List.of("--server", server.address().toString()));
            return run(all.toArray(String[]::new));
        }
    }

    private void routes(Router router) {
        router.post("/api/v1/recipes/:name/try")
                .handler(BodyHandler.create(false))
                .handler(context -> {
                    JsonObject body = context.body().asJsonObject();
                    asked.add(body.copy()
                            .put("name", context.pathParam("name"))
                            .put("user", context.request().getHeader("Rowhound-User")));
                    String key = body.getJsonArray("keys").getString(0);
                    context.json(new JsonObject()
                            .put("trials", new JsonArray().add(trial(key).toJson())));
                });
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("try"));
        all.addAll(List.of(arguments));
        all.addAll(List.of(
                "--set",
                "data=" + folder.resolve("data"),
                "--out",
                folder.resolve("out").toString()));
        return RowhoundCommand.commandLine(TryCommandTest.class, terminal.terminal())
                .execute(all.toArray(String[]::new));
    }

    @Test
    void showsFieldsStepsAndThePicture() throws Exception {
        assertThat(runThere(file.toString(), "k/1", "none")).as(terminal.err()).isZero();
        Path picture = folder.resolve("out/1-k_1-screenshot.png");
        assertThat(terminal.out().replace(folder.toString(), "FOLDER")).isEqualTo("""
                        k/1  found  100 ms
                          title       shops k/1
                          page        http://x/k/1 (HTTP 200)
                          console     a b
                          start          75 ms  ███████████████
                          extract        25 ms  █████
                          file        FOLDER/out/1-k_1-screenshot.png

                        none  not found  100 ms
                          page        http://x/none (HTTP 200)
                          console     a b
                          start          75 ms  ███████████████
                          extract        25 ms  █████
                          file        FOLDER/out/2-none-screenshot.png

                        """);
        assertThat(picture).hasBinaryContent(PICTURE);
    }

    @Test
    void aKeyThatWasNotAnsweredIsAFailure() throws Exception {
        assertThat(runThere(file.toString(), "a", "lost")).isEqualTo(1);
        assertThat(terminal.out()).contains("lost  failed", "\n  timeout at start: It took too long\n");
    }

    @Test
    void programsGetTheRecordsWithTheFilesNames() throws Exception {
        assertThat(runThere(file.toString(), "a", "--json")).isZero();
        JsonObject trial = new JsonObject(terminal.out()).getJsonArray("trials").getJsonObject(0);
        assertThat(trial.getString("state")).isEqualTo("found");
        assertThat(trial.getJsonArray("evidence").getJsonObject(0).getString("file"))
                .isEqualTo(folder.resolve("out/1-a-screenshot.png").toString());
        assertThat(trial.encode()).doesNotContain("base64");
    }

    @Test
    void mistakesAreToldInOneSentence() {
        String[] eleven = "shops 1 2 3 4 5 6 7 8 9 10 11".split(" ");
        assertThat(run(eleven)).isEqualTo(2);
        assertThat(terminal.err()).contains("There are 11 keys; pass at most 10");
        assertThat(run("shops", "1")).isEqualTo(2);
        assertThat(terminal.err()).contains("there is no recipe \"shops\"");
        assertThat(run(folder.resolve("none.json").toString(), "1")).isEqualTo(2);
        assertThat(terminal.err()).contains("does not exist");
    }

    @Test
    void aServerIsAskedKeyByKeyAndGetsAFileAlong() throws Exception {
        assertThat(runThere(file.toString(), "a", "b", "--user", "ada"))
                .as(terminal.err())
                .isZero();
        assertThat(runThere("other", "c")).isZero();
        assertThat(asked).hasSize(3);
        assertThat(asked.get(1).getJsonArray("keys")).containsExactly("b");
        assertThat(asked.get(1).getString("name")).isEqualTo("shops");
        assertThat(asked.get(1).getString("user")).isEqualTo("ada");
        assertThat(asked.get(1).getJsonObject("recipe").getString("name")).isEqualTo("shops");
        assertThat(asked.get(2).containsKey("recipe")).isFalse();
        assertThat(asked.get(2).getString("name")).isEqualTo("other");
        assertThat(terminal.out()).contains("a  found", "b  found", "c  found");
    }
}
