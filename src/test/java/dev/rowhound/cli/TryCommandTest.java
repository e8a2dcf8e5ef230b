package dev.rowhound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.job.Visit;
import dev.rowhound.job.Visit.StepTime;
import dev.rowhound.recipe.Recipe;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code rowhound try} shows and writes, and its exit codes. */
class TryCommandTest {
    private static final byte[] PICTURE = {1, 2, 3};

    private final TestTerminal terminal = new TestTerminal(false);

    @TempDir
    Path folder;

    private Path file;
    private boolean closed;

    @BeforeEach
    void writeRecipe() throws IOException {
        file = folder.resolve("shops.json");
        Files.writeString(
                file,
                "{\"name\": \"shops\", \"start\": {\"url\": \"http://x/{key}\"}, \"outcomes\": {\"found\": [{\"text\": \"x\"}]}}");
    }

    private Trial trial(Recipe recipe, String key) {
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
                    default -> ItemResult.found(new JsonObject().put("title", recipe.name() + "\n" + key));
                };
        return new Trial(key, result.with(visit), List.of(new Evidence(Evidence.SCREENSHOT, "image/png", PICTURE)));
    }

    private int run(String... arguments) {
        Program program = new Program(
                TryCommandTest.class,
                (config, home) -> {
                    throw new IOException("no node is to be started");
                },
                (host, port, jar, idle) -> {
                    throw new IOException("no site is to be started");
                },
                (config, home, progress) -> Map.of(),
                (config, home, progress) -> new TrialRunner() {
                    @Override
                    public Trial look(Recipe recipe, String key) {
                        return trial(recipe, key);
                    }

                    @Override
                    public void abort() {}

                    @Override
                    public void close() {
                        closed = true;
                    }
                });
        List<String> all = new ArrayList<>(List.of("try"));
        all.addAll(List.of(arguments));
        all.addAll(List.of(
                "--set",
                "data=" + folder.resolve("data"),
                "--out",
                folder.resolve("out").toString()));
        return RowhoundCommand.run(all.toArray(String[]::new), program, terminal.terminal());
    }

    @Test
    void showsFieldsStepsAndThePicture() throws Exception {
        assertThat(run(file.toString(), "k/1", "none")).as(terminal.err()).isZero();
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
        assertThat(closed).isTrue();
    }

    @Test
    void aKeyThatWasNotAnsweredIsAFailure() {
        assertThat(run(file.toString(), "a", "lost")).isEqualTo(1);
        assertThat(terminal.out()).contains("lost  failed", "\n  timeout at start: It took too long\n");
    }

    @Test
    void programsGetTheRecordsWithTheFilesNames() {
        assertThat(run(file.toString(), "a", "--json")).isZero();
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
        assertThat(terminal.err()).contains("There are 11 keys; give at most 10");
        assertThat(run("shops", "1")).isEqualTo(2);
        assertThat(terminal.err()).contains("there is no recipe \"shops\"");
        assertThat(run(folder.resolve("none.json").toString(), "1")).isEqualTo(2);
        assertThat(terminal.err()).contains("does not exist");
    }

    @Test
    void aServerIsAskedKeyByKeyAndGetsAFileAlong() throws Exception {
        List<JsonObject> asked = new ArrayList<>();
        try (TestServer server = new TestServer(router -> router.post("/api/v1/recipes/:name/try")
                .handler(BodyHandler.create(false))
                .handler(context -> {
                    JsonObject body = context.body().asJsonObject();
                    asked.add(body.copy()
                            .put("name", context.pathParam("name"))
                            .put("user", context.request().getHeader("Rowhound-User")));
                    context.json(new JsonObject()
                            .put(
                                    "trials",
                                    new JsonArray()
                                            .add(ServerTrial.of(
                                                    body.getJsonArray("keys").getString(0)))));
                }))) {
            String url = server.address().toString();
            assertThat(run(file.toString(), "a", "b", "--server", url, "--user", "ada"))
                    .as(terminal.err())
                    .isZero();
            assertThat(run("other", "c", "--server", url)).isZero();
        }
        assertThat(asked).hasSize(3);
        assertThat(asked.get(1).getJsonArray("keys")).containsExactly("b");
        assertThat(asked.get(1).getString("name")).isEqualTo("shops");
        assertThat(asked.get(1).getString("user")).isEqualTo("ada");
        assertThat(asked.get(1).getJsonObject("recipe").getString("name")).isEqualTo("shops");
        assertThat(asked.get(2).containsKey("recipe")).isFalse();
        assertThat(asked.get(2).getString("name")).isEqualTo("other");
        assertThat(terminal.out()).contains("a  found", "b  found", "c  found");
    }

    private static final class ServerTrial {
        static JsonObject of(String key) {
            return TrialReport.json(new Trial(key, ItemResult.found(new JsonObject()), List.of()));
        }
    }
}
