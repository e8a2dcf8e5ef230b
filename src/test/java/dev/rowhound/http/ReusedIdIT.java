package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A job that has the id of one that has expired, and rows that cannot be handed to a worker. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class ReusedIdIT {
    private static final String RECIPE = RecipeCalls.RECIPES + "/changing";

    /** Of an earlier crawler's session, which is kept for a second here. */
    private static String crawl(Api api, String file) throws Exception {
        Api.Answer answer = api.upload("/crawl_csv", new Form().file(file), "Idempotency-Key", "monday");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().getString("session_id");
    }

    private static String only(Api api, String field) throws Exception {
        JsonObject recipe = api.get(RecipeCalls.RECIPES + "/companies").json();
        recipe.remove("name");
        recipe.getJsonObject("start").remove("internal");
        JsonObject extract = recipe.getJsonObject("extract");
        return recipe.put("extract", new JsonObject().put(field, extract.getJsonObject(field)))
                .encode();
    }

    @Test
    void aJobIsLookedUpByItsOwnRecipeThoughAnEarlierOneHadItsId() throws Exception {
        Map<String, String> settings =
                Map.of("http.recipe_editors", "*", "compat.recipe", "changing", "queue.compat_ttl_seconds", "1");
        try (TestNode node = TestNode.start(settings)) {
            Api api = new Api(node);
            assertThat(RecipeCalls.put(api, RECIPE, only(api, "name")).status()).isEqualTo(201);
            String first = crawl(api, "tax_code,note\n0100109106,a\n3600101238,b\n");
            assertThat(api.awaitEnd(first).getJsonObject("counters").getInteger("found"))
                    .isEqualTo(2);
            Await.until("the expiry", () -> api.get(Api.JOBS + "/" + first), answer -> answer.status() == 404);
            assertThat(RecipeCalls.put(api, RECIPE, only(api, "address")).status())
                    .isEqualTo(200);

            String second = crawl(api, "tax_code\n3309659844\n0101340108\n");

            assertThat(second).isEqualTo(first);
            List<JsonObject> items = Await.until(
                    "the second job's results", () -> api.items(second, "state=found"), found -> found.size() == 2);
            assertThat(items)
                    .allSatisfy(item -> assertThat(item.getJsonObject("fields").fieldNames())
                            .containsExactly("address"));
            assertThat(items).extracting(item -> item.getString("key")).containsExactly("3309659844", "0101340108");
        }
    }

    @Test
    void aRowThatCannotBeHandedOutEndsAndTheJobWithIt() throws Exception {
        StubProcessor stub = new StubProcessor().close();
        try (TestNode node = TestNode.start(Map.of("worker.slots", "1"), stub::processor)) {
            Api api = new Api(node);
            String job = api.upload(StubProcessor.form(1002)).json().getString("id");
            Await.until(
                    "the first row",
                    () -> api.job(job).getJsonObject("counters"),
                    counters -> counters.getInteger("running") == 1);
            String chunks = "{j:" + job + "}:in";
            node.send(Command.HSET, chunks, 1, "no rows");
            node.send(Command.HDEL, chunks, 2);
            stub.open();

            JsonObject counters = api.awaitEnd(job).getJsonObject("counters");

            assertThat(counters.getInteger("found")).isEqualTo(500);
            assertThat(counters.getInteger("failed")).isEqualTo(502);
            assertThat(node.send(Command.GETRANGE, "{j:" + job + "}:ec", 500, 1001)
                            .toString()
                            .chars()
                            .distinct())
                    .as("one error for all of them")
                    .hasSize(1);
        }
    }
}
