package dev.rowhound.process;

import dev.rowhound.Await;
import dev.rowhound.http.Form;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A node under {@code rowhound serve}, and the calls of its HTTP API that the tests make. */
final class ServedNode implements AutoCloseable {
    private static final Pattern SERVES = Pattern.compile("Rowhound is running at (http://\\S+)");

    private final RowhoundProcess process;
    private final Path data;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private URI address = URI.create("http://127.0.0.1");

    private ServedNode(RowhoundProcess process, Path data) {
        this.process = process;
        this.data = data;
    }

    /**
     * Starts a node with its data in {@code data} and its recipes in {@code recipes} of that folder, and returns when
     * it serves. Its ports are any free ones unless the settings say otherwise.
     *
     * @param settings keys of the configuration and their values
     */
    static ServedNode start(Path folder, String heap, Map<String, String> settings) throws Exception {
        RowhoundProcess process =
                RowhoundProcess.start(folder, List.of("-Xmx" + heap), arguments(folder, "serve", settings));
        ServedNode node = new ServedNode(process, folder.resolve("data"));
        try {
            Await.until("the node serves", Duration.ofSeconds(60), () -> {
                if (!process.isAlive()) {
                    throw new AssertionError("the node has ended: " + process.err());
                }
                Matcher line = SERVES.matcher(process.out());
                if (line.find()) {
                    node.address = URI.create(line.group(1));
                    return true;
                }
                return false;
            });
        } catch (Exception | AssertionError e) {
            node.close();
            throw e;
        }
        return node;
    }

    /** The arguments of a command that starts a node in that folder. */
    static List<String> arguments(Path folder, String command, Map<String, String> settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--set=data=" + folder.resolve("data"),
                "--set=recipes=" + folder.resolve("recipes"),
                "--set=http.port=0",
                "--set=management.port=0",
                "--set=redis.embedded.port=" + RowhoundProcess.freePort()));
        arguments.add("--set=crawl.allow=" + siteOf(folder.resolve("recipes/companies.json")));
        settings.forEach((key, value) -> arguments.add("--set=" + key + "=" + value));
        return arguments;
    }

    /** The host and port that the recipe of that file begins at. */
    private static String siteOf(Path recipe) throws IOException {
        if (!Files.exists(recipe)) {
            return "";
        }
        String url =
                new JsonObject(Files.readString(recipe)).getJsonObject("start").getString("url");
        return url.replaceFirst("https?://([^/]+)/.*", "$1");
    }

    /**
     * Puts the recipe {@code companies} into {@code recipes} of that folder, for that site.
     *
     * @param navigationMillis how long a page may take to come
     * @param attempts how often a row is tried
     */
    static void writeRecipe(Path folder, URI site, int navigationMillis, int attempts) throws IOException {
        writeRecipe(folder, "conf/recipes/companies.json", recipe -> {
            recipe.getJsonObject("start").put("url", site + "/companies/{key}");
            recipe.getJsonObject("timeouts").put("navigation_ms", navigationMillis);
            recipe.getJsonObject("retry").put("attempts", attempts).put("max_backoff_ms", 500);
        });
    }

    /** Puts a recipe of the project's, changed, into {@code recipes} of that folder, under the name {@code companies}. */
    static void writeRecipe(Path folder, String file, Consumer<JsonObject> change) throws IOException {
        JsonObject recipe = new JsonObject(Files.readString(RowhoundProcess.HOME.resolve(file)));
        recipe.remove("$schema");
        recipe.put("name", "companies");
        change.accept(recipe);
        Path recipes = Files.createDirectories(folder.resolve("recipes"));
        Files.writeString(recipes.resolve("companies.json"), recipe.encodePrettily());
    }

    URI address() {
        return address;
    }

    RowhoundProcess process() {
        return process;
    }

    /** The names of what lies in its folder for temporary files. */
    List<String> temporaryFiles() throws IOException {
        return names(data.resolve("tmp"));
    }

    /** The names of what lies in that folder; none if there is no such folder. */
    static List<String> names(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Uploads a file for the recipe {@code companies}; answers the job's id. */
    String upload(Path file) throws Exception {
        String id = UUID.randomUUID().toString();
        HttpResponse<String> answer = upload(id, BodyPublishers.ofFile(file)).get();
        if (answer.statusCode() != 202) {
            throw new AssertionError("the upload is answered " + answer.statusCode() + ": " + answer.body());
        }
        return id;
    }

    /** Begins to upload a file for the recipe {@code companies} as the job of that id. */
    CompletableFuture<HttpResponse<String>> upload(String id, BodyPublisher file) {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/api/v1/jobs"))
                .header("Content-Type", Form.CONTENT_TYPE)
                .header("Rowhound-Job-Id", id)
                .POST(BodyPublishers.concat(
                        BodyPublishers.ofString(Form.head("companies")), file, BodyPublishers.ofString(Form.END)))
                .build();
        return http.sendAsync(request, BodyHandlers.ofString());
    }

    /** A job's snapshot. */
    JsonObject job(String id) throws Exception {
        return new JsonObject(get("/api/v1/jobs/" + id).body());
    }

    /** The jobs that the node tells of. */
    JsonArray jobs() throws Exception {
        return new JsonObject(get("/api/v1/jobs").body()).getJsonArray("jobs");
    }

    /** Cancels a job. */
    HttpResponse<String> cancel(String id) throws Exception {
        return http.send(
                HttpRequest.newBuilder(address.resolve("/api/v1/jobs/" + id + "/cancel"))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    /** Answers the question of that id, which the row waits for; the status of what comes back. */
    int answer(String job, int row, String question, String text) throws Exception {
        JsonObject body = new JsonObject().put("question", question).put("text", text);
        return http.send(
                        HttpRequest.newBuilder(address.resolve("/api/v1/jobs/" + job + "/items/" + row + "/answer"))
                                .POST(BodyPublishers.ofString(body.encode()))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }

    /** A job's results as CSV, line by line. */
    Stream<String> results(String id) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(address.resolve("/api/v1/jobs/" + id + "/results?format=csv"))
                                .build(),
                        BodyHandlers.ofLines())
                .body();
    }

    /** Ends the node, in order if it can. */
    @Override
    public void close() throws InterruptedException {
        process.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(address.resolve(path)).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + " is answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer;
    }
}
