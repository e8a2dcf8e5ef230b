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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Uploaded recipes and try-outs with the real browser, at the demo site. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class TriedRecipesIT {
    /** Companies that the site has. */
    private static final String THERE = "0100109106";

    private static final List<String> MORE = List.of("3600101238", "3309659844", "0101340108", "0401211978");

    private static TestNode node;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("http.recipe_editors", "*", "worker.slots", "1"));
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static JsonObject attempt(String recipe, JsonObject body) throws Exception {
        Answer answer = api.send(
                api.request(RecipeCalls.RECIPES + "/" + recipe + "/try").POST(BodyPublishers.ofString(body.encode())));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static JsonObject companies() throws Exception {
        JsonObject recipe = api.get(RecipeCalls.RECIPES + "/companies").json();
        recipe.remove("name");
        // Only a recipe of the node's own folder may say so.
        recipe.getJsonObject("start").remove("internal");
        return recipe;
    }

    /** The same with that field alone. */
    private static JsonObject only(String field) throws Exception {
        JsonObject recipe = companies();
        JsonObject extract = recipe.getJsonObject("extract");
        return recipe.put("extract", new JsonObject().put(field, extract.getJsonObject(field)));
    }

    @Test
    void aStoredRecipeAndOneThatIsNotStoredAreTried() throws Exception {
        JsonObject stored = attempt(
                "companies",
                new JsonObject().put("keys", new JsonArray().add(THERE).add("0100109107")));
        List<JsonObject> trials = trials(stored);
        assertThat(trials).extracting(trial -> trial.getString("state")).containsExactly("found", "invalid_input");
        assertThat(trials.get(0).getJsonObject("fields").getString("name")).startsWith("CÔNG TY");
        JsonObject visit = trials.get(0).getJsonObject("visit");
        assertThat(visit).isNotNull();
        assertThat(visit.getString("url")).endsWith("/companies/" + THERE);
        assertThat(visit.getJsonArray("steps")).isNotEmpty();

        JsonObject given = attempt(
                "mine",
                new JsonObject()
                        .put("rows", new JsonArray().add(new JsonObject().put("tax_code", THERE)))
                        .put("recipe", only("address")));
        assertThat(trials(given).get(0).getJsonObject("fields").fieldNames()).containsExactly("address");
        assertThat(api.get(RecipeCalls.RECIPES + "/mine").status()).isEqualTo(404);
    }

    private static List<JsonObject> trials(JsonObject answer) {
        return answer.getJsonArray("trials").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    @Test
    void rowsThatAreLookedUpAfterTheRecipeHasChangedAreLookedUpAsTheJobBegan() throws Exception {
        String path = RecipeCalls.RECIPES + "/changing";
        assertThat(RecipeCalls.put(api, path, only("name").encode()).status()).isEqualTo(201);
        String job = api.upload(Form.of("changing")
                        .field("concurrency", "1")
                        .field("delay_ms", "800")
                        .file("tax_code\n" + String.join("\n", MORE) + "\n"))
                .json()
                .getString("id");
        Await.until("the first row", () -> api.job(job), now -> now.getInteger("done") > 0);
        api.post(Api.JOBS + "/" + job + "/pause");
        JsonObject changed = only("address");
        changed.getJsonObject("start").put("url", "http://127.0.0.1:1/{key}");
        assertThat(RecipeCalls.put(api, path, changed.encode()).json().getInteger("version"))
                .isEqualTo(2);
        assertThat(api.job(job).getInteger("done"))
                .as("rows done before the change")
                .isLessThan(MORE.size());
        api.post(Api.JOBS + "/" + job + "/resume");

        assertThat(api.awaitEnd(job).getJsonObject("counters").getInteger("found"))
                .isEqualTo(MORE.size());
        assertThat(api.items(job, "state=found"))
                .allSatisfy(item ->
                        assertThat(item.getJsonObject("fields").fieldNames()).containsExactly("name"));
    }
}
