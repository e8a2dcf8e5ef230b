package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.http.Api.Answer;
import dev.rowhound.http.ContractIT.Call;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import java.util.stream.Stream;

/** Every way in which the routes of recipes answer, for the contract; {@code ada} may change them. */
final class RecipeCalls {
    static final String RECIPES = "/api/v1/recipes";
    private static final String NEW = RECIPES + "/contract-";

    private RecipeCalls() {}

    /** A recipe of the least that it must say. */
    static JsonObject recipe(String title) {
        return new JsonObject()
                .put("title", title)
                .put("start", new JsonObject().put("url", "http://127.0.0.1:1/{key}"))
                .put(
                        "outcomes",
                        new JsonObject().put("found", new JsonArray().add(new JsonObject().put("selector", "h1"))));
    }

    static Answer put(Api api, String path, String body, String... headers) throws Exception {
        return api.send(api.request(path, headers).PUT(BodyPublishers.ofString(body)));
    }

    private static Call put(Api api, int status, String path, String body, String... headers) {
        return new Call("putRecipe", status, () -> put(api, path, body, headers));
    }

    private static Call delete(Api api, int status, String path, String... headers) {
        return new Call(
                "deleteRecipe",
                status,
                () -> api.send(api.request(path, headers).DELETE()));
    }

    private static Call get(Api api, String operation, int status, String path, String... headers) {
        return new Call(operation, status, () -> api.get(path, headers));
    }

    private static Call attempt(Api api, int status, String path, String body) {
        return new Call(
                "tryRecipe", status, () -> api.send(api.request(path + "/try").POST(BodyPublishers.ofString(body))));
    }

    private static String[] ada(String... more) {
        return Stream.concat(Stream.of("Rowhound-User", "ada"), Stream.of(more)).toArray(String[]::new);
    }

    /** Stores one, and answers its path. */
    private static String stored(Api api) throws Exception {
        String path = NEW + UUID.randomUUID();
        assertThat(put(api, path, recipe("a").encode(), ada()).status()).isEqualTo(201);
        return path;
    }

    static Stream<Call> inPeace(Api api) {
        String none = RECIPES + "/company";
        String file = RECIPES + "/companies";
        String good = recipe("a").encode();
        return Stream.of(
                get(api, "listRecipes", 200, RECIPES),
                get(api, "listRecipes", 400, RECIPES, "Rowhound-User", "a b"),
                get(api, "getRecipe", 200, file),
                get(api, "getRecipe", 400, file + "?version=x"),
                get(api, "getRecipe", 404, none),
                get(api, "listRecipeVersions", 200, file + "/versions"),
                new Call("listRecipeVersions", 200, () -> api.get(stored(api) + "/versions")),
                get(api, "listRecipeVersions", 404, none + "/versions"),
                put(api, 201, NEW + UUID.randomUUID(), good, ada()),
                new Call(
                        "putRecipe",
                        200,
                        () -> put(api, stored(api), recipe("b").encode(), ada())),
                put(api, 400, none, "{}", ada()),
                put(api, 403, none, good),
                put(api, 409, file, good, ada()),
                put(api, 412, none + "?expected_version=3", good, ada()),
                put(api, 413, none, " ".repeat(300_000), ada()),
                new Call(
                        "deleteRecipe",
                        204,
                        () -> api.send(api.request(stored(api), ada()).DELETE())),
                delete(api, 400, none, ada("If-Match", "3")),
                delete(api, 403, none),
                delete(api, 404, none, ada()),
                delete(api, 409, file, ada()),
                new Call(
                        "deleteRecipe",
                        412,
                        () -> api.send(api.request(stored(api), ada("If-Match", "\"2\""))
                                .DELETE())),
                new Call(
                        "deleteRecipe",
                        413,
                        () -> api.send(api.request(none, ada())
                                .method("DELETE", BodyPublishers.ofString(" ".repeat(300_000))))),
                attempt(api, 200, file, "{\"keys\": [\"1\"]}"),
                attempt(api, 400, file, "{\"keys\": []}"),
                attempt(api, 403, none, "{\"keys\": [\"1\"], \"recipe\": " + good + "}"),
                attempt(api, 404, none, "{\"keys\": [\"1\"]}"),
                attempt(api, 413, none, " ".repeat(600_000)));
    }

    static Stream<Call> withoutTheStore(Api api) {
        String none = RECIPES + "/company";
        return Stream.of(
                get(api, "getRecipe", 503, none),
                get(api, "listRecipeVersions", 503, none + "/versions"),
                put(api, 503, none, recipe("a").encode(), ada()),
                delete(api, 503, none, ada()),
                attempt(api, 503, none, "{\"keys\": [\"1\"]}"));
    }
}
