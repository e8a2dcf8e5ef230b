package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Recipes that are uploaded over the API, on two nodes with one store. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class RecipeUploadsIT {
    private static final StubProcessor PROCESSOR = new StubProcessor();

    private static TestNode node;
    private static TestNode other;
    private static Api api;
    private static Api apiOfOther;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("http.recipe_editors", "ada,bob", "worker.slots", "1"), PROCESSOR::processor);
        other = TestNode.start(
                Map.of(
                        "http.recipe_editors",
                        "*",
                        "roles",
                        "web",
                        "redis.url",
                        node.redis().toString(),
                        "artifacts.folder",
                        node.data().resolve("artifacts").toString()),
                PROCESSOR::processor);
        api = new Api(node);
        apiOfOther = new Api(other);
    }

    @AfterAll
    static void stop() throws Exception {
        PROCESSOR.open();
        other.close();
        node.close();
    }

    private static String name() {
        return "shops-" + UUID.randomUUID();
    }

    private static String path(String name) {
        return RecipeCalls.RECIPES + "/" + name;
    }

    private static Answer put(String name, JsonObject recipe, String... headers) throws Exception {
        String[] all = new String[headers.length + 2];
        all[0] = "Rowhound-User";
        all[1] = "ada";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return RecipeCalls.put(api, path(name), recipe.encode(), all);
    }

    private static JsonObject recipe(String title, String... fields) {
        JsonObject extract = new JsonObject();
        for (String field : fields) {
            extract.put(field, new JsonObject().put("selector", "h1"));
        }
        return RecipeCalls.recipe(title)
                .put("input", new JsonObject().put("column", "key"))
                .put("extract", extract);
    }

    private static JsonObject listed(Api from, String name) throws Exception {
        JsonArray recipes = from.get(RecipeCalls.RECIPES).json().getJsonArray("recipes");
        return recipes.stream()
                .map(JsonObject.class::cast)
                .filter(recipe -> recipe.getString("name").equals(name))
                .findFirst()
                .orElse(null);
    }

    @Test
    void anUploadIsSeenByAllNodesAtOnce() throws Exception {
        String name = name();
        assertThat(apiOfOther.get(path(name)).status()).isEqualTo(404);

        Answer created = put(name, recipe("first", "title"));
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo(path(name));
        assertThat(created.header("ETag")).isEqualTo("\"1\"");
        for (Api from : List.of(api, apiOfOther)) {
            assertThat(from.get(path(name)).json().getString("title")).isEqualTo("first");
            assertThat(listed(from, name))
                    .isEqualTo(new JsonObject()
                            .put("name", name)
                            .put("version", 1)
                            .put("origin", "uploaded")
                            .put("title", "first")
                            .put("description", "")
                            .put("column", "key")
                            .put("fields", new JsonArray().add("title")));
        }

        assertThat(put(name, recipe("second")).json().getInteger("version")).isEqualTo(2);
        Answer newest = apiOfOther.get(path(name));
        assertThat(newest.json().getInteger("version")).isEqualTo(2);
        assertThat(newest.json().getString("name")).isEqualTo(name);
        assertThat(apiOfOther.get(path(name) + "?version=1").json().getString("title"))
                .isEqualTo("first");
        assertThat(apiOfOther.get(path(name) + "?version=3").json().getString("code"))
                .isEqualTo("no_such_version");
        // What was read can be sent back and is no further version.
        Answer same = put(name, newest.json());
        assertThat(same.status()).isEqualTo(200);
        assertThat(same.json())
                .isEqualTo(new JsonObject().put("name", name).put("version", 2).put("changed", false));
        JsonArray versions = apiOfOther.get(path(name) + "/versions").json().getJsonArray("versions");
        assertThat(versions).hasSize(2);
        assertThat(versions.getJsonObject(0).getString("user")).isEqualTo("ada");
    }

    @Test
    void anUploadOfAFileOnAnotherNodeTakesTheNewestVersionOrTheOneThatIsNamed() throws Exception {
        String name = name();
        put(name, recipe("first", "one"));
        put(name, recipe("second", "two"));
        Answer newest = apiOfOther.upload(Form.of(name).file("key\nk1\n"));
        assertThat(newest.status()).as(newest.text()).isEqualTo(202);
        assertThat(api.job(newest.json().getString("id")).getInteger("recipe_version"))
                .isEqualTo(2);
        Answer named =
                apiOfOther.upload(Form.of(name).field("recipe_version", "1").file("key\nk1\n"));
        JsonObject job = api.job(named.json().getString("id"));
        assertThat(job.getInteger("recipe_version")).isEqualTo(1);
        assertThat(job.getJsonArray("fields")).isEqualTo(new JsonArray().add("one"));

        Answer none =
                apiOfOther.upload(Form.of(name).field("recipe_version", "9").file("key\nk1\n"));
        assertThat(none.status()).isEqualTo(400);
        assertThat(none.json().getString("code")).isEqualTo("no_such_version");
        Answer unknown = apiOfOther.upload(Form.of(name + "x").file("key\n" + "k\n".repeat(1_000_000)));
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.json().getString("message")).contains("did you mean \"" + name + "\"");
        // The one slot is free again for the tests that hold it.
        api.awaitEnd(newest.json().getString("id"));
        api.awaitEnd(named.json().getString("id"));
    }

    /** The rest of the job's rows are looked up after the recipe has changed, and after it is gone. */
    @Test
    void aJobKeepsTheVersionThatItBeganWith() throws Exception {
        String name = name();
        put(name, recipe("first", "title"));
        PROCESSOR.close();
        String job = api.upload(Form.of(name).file("key\nk1\nk2\nk3\n"), "Idempotency-Key", name)
                .json()
                .getString("id");
        Await.until(
                "a running row",
                () -> api.job(job),
                now -> now.getJsonObject("counters").getInteger("running") > 0);
        put(name, recipe("second", "address").put("retry", new JsonObject().put("attempts", 1)));
        // The same call once more, whose answer was lost, is that of the same job.
        Answer again = api.upload(Form.of(name).file("key\nk1\nk2\nk3\n"), "Idempotency-Key", name);
        assertThat(again.json().getString("id")).as(again.text()).isEqualTo(job);
        assertThat(api.send(api.request(path(name), "Rowhound-User", "ada").DELETE())
                        .status())
                .isEqualTo(204);
        PROCESSOR.open();
        JsonObject ended = api.awaitEnd(job);
        assertThat(ended.getInteger("recipe_version")).isEqualTo(1);
        assertThat(ended.getJsonArray("fields")).isEqualTo(new JsonArray().add("title"));
        assertThat(ended.getJsonObject("counters").getInteger("found")).isEqualTo(3);
        assertThat(api.get(Api.JOBS + "/" + job + "/results").text()).startsWith("key,state,title,error");
        assertThat(api.upload(Form.of(name).file("key\nk1\n")).status()).isEqualTo(400);
    }

    @Test
    void aLostUpdateIsRefused() throws Exception {
        String name = name();
        put(name, recipe("first"));
        assertThat(put(name, recipe("of ada"), "If-Match", "\"1\"").status()).isEqualTo(200);
        Answer late = put(name, recipe("of bob"), "If-Match", "\"1\"");
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.json().getString("message")).contains("is 2;");
        assertThat(put(name, recipe("of bob"), "If-None-Match", "*").status()).isEqualTo(412);
        assertThat(RecipeCalls.put(
                                api,
                                path(name) + "?expected_version=2",
                                recipe("of bob").encode(),
                                "Rowhound-User",
                                "bob")
                        .json()
                        .getInteger("version"))
                .isEqualTo(3);
    }

    @Test
    void allFaultsAreToldAtOnceAndNothingIsStored() throws Exception {
        String name = name();
        JsonObject faulty = recipe("first").put("extrakt", new JsonObject()).put("name", "another");
        faulty.getJsonObject("start").put("url", "ftp://example.org");
        Answer refused = put(name, faulty);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().getString("code")).isEqualTo("invalid_recipe");
        assertThat(refused.json().getJsonArray("problems").stream()
                        .map(problem -> ((JsonObject) problem).getString("path")))
                .containsExactlyInAnyOrder("start.url", "extrakt", "name");
        assertThat(refused.text()).contains("did you mean \\\"extract\\\"?");
        assertThat(api.get(path(name)).status()).isEqualTo(404);

        Answer broken = RecipeCalls.put(api, path(name), "{\n  \"start\": ,", "Rowhound-User", "ada");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.json().getString("message")).contains("line 2");
    }

    @Test
    void noUploadedRecipeAllowsItselfAnInternalSite() throws Exception {
        String name = name();
        JsonObject inside = recipe("inside");
        inside.put(
                "start", new JsonObject().put("url", "http://127.0.0.1:6379/").put("internal", true));
        Answer refused = put(name, inside);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("\"start.internal\"").contains("crawl.allow");
        String attempt = new JsonObject()
                .put("keys", new JsonArray().add("1"))
                .put("recipe", inside)
                .encode();
        Answer tried = api.send(
                api.request(path(name) + "/try", "Rowhound-User", "ada").POST(BodyPublishers.ofString(attempt)));
        assertThat(tried.status()).isEqualTo(400);
        assertThat(tried.text()).contains("\"recipe.start.internal\"");
    }

    /** curl calls what it sends by {@code -d} a form. */
    @Test
    void aLargeRecipeMayBeCalledAForm() throws Exception {
        JsonObject large = recipe("large").put("description", "x%20=&".repeat(20_000));
        Answer stored = put(name(), large, "Content-Type", "application/x-www-form-urlencoded");
        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
    }

    @Test
    void onlyEditorsMayChangeRecipes() throws Exception {
        String name = name();
        Answer refused = RecipeCalls.put(api, path(name), recipe("a").encode(), "Rowhound-User", "mallory");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().getString("message")).contains("mallory").contains("http.recipe_editors");
        assertThat(RecipeCalls.put(apiOfOther, path(name), recipe("a").encode()).status())
                .isEqualTo(201);
        assertThat(api.send(api.request(path(name)).DELETE()).status()).isEqualTo(403);
        assertThat(api.get(RecipeCalls.RECIPES).json().getBoolean("may_edit")).isFalse();
        assertThat(api.get(RecipeCalls.RECIPES + "?user_id=bob").json().getBoolean("may_edit"))
                .isTrue();
    }

    @Test
    void aFilesRecipeIsChangedInItsFile() throws Exception {
        Answer refused = put("companies", recipe("mine"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().getString("message")).contains("companies.json");
        assertThat(api.send(api.request(path("companies"), "Rowhound-User", "ada")
                                .DELETE())
                        .status())
                .isEqualTo(409);
        assertThat(listed(api, "companies").getString("origin")).isEqualTo("file");
    }

    @Test
    void aScheduleTakesTheNewestVersionAtEachFireUnlessItNamesOne() throws Exception {
        String name = name();
        put(name, recipe("first"));
        Form form = Form.of(name).field("name", name).field("cron", "0 6 * * *").field("recipe_version", "2");
        Answer early = api.upload("/api/v1/schedules", form.file("key\nk1\n"));
        assertThat(early.status()).isEqualTo(400);
        put(name, recipe("second"));
        Form later =
                Form.of(name).field("name", name).field("cron", "0 6 * * *").field("recipe_version", "2");
        assertThat(api.upload("/api/v1/schedules", later.file("key\nk1\n")).status())
                .isEqualTo(201);
    }

    @Test
    void aRecipeIsTriedWithoutAJob() throws Exception {
        int jobs = api.jobs().size();
        JsonObject body = new JsonObject()
                .put("keys", new JsonArray().add("1").add("0100109106"))
                .put("recipe_version", 1);
        Answer tried = api.send(api.request(path("companies") + "/try").POST(BodyPublishers.ofString(body.encode())));
        assertThat(tried.status()).as(tried.text()).isEqualTo(200);
        JsonArray trials = tried.json().getJsonArray("trials");
        assertThat(trials.getJsonObject(0).getString("state")).isEqualTo("invalid_input");
        assertThat(trials.getJsonObject(1).getString("state")).isEqualTo("found");
        assertThat(trials.getJsonObject(1).getJsonObject("fields").getString("title"))
                .isEqualTo("0100109106");
        assertThat(api.jobs()).hasSize(jobs);
    }
}
