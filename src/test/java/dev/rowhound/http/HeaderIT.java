package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What was found out about a file's first line stands on the job, and gives way to what the upload says. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HeaderIT {
    private static final String FILE = "Mã số thuế\n0100109106\n3600101238\n";

    private static JsonObject upload(Api api, Form form) throws Exception {
        Api.Answer answer = api.upload(form.file(FILE));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return api.job(answer.json().getString("id"));
    }

    @Test
    void aHeaderIsNoRowUnlessTheUploadSaysSo() throws Exception {
        try (TestNode node = TestNode.start(Map.of("roles", "web", "http.recipe_editors", "*"))) {
            Api api = new Api(node);
            JsonObject recipe = api.get(RecipeCalls.RECIPES + "/companies").json();
            recipe.remove("name");
            recipe.getJsonObject("start").remove("internal");
            recipe.put("input", new JsonObject());
            assertThat(RecipeCalls.put(api, RecipeCalls.RECIPES + "/any", recipe.encode())
                            .status())
                    .isEqualTo(201);

            JsonObject found = upload(api, Form.of("any"));
            assertThat(found.getInteger("total")).isEqualTo(2);
            assertThat(found.getString("column")).isEqualTo("Mã số thuế");
            assertThat(found.getJsonObject("header"))
                    .isEqualTo(new JsonObject().put("present", true).put("detected", true));

            JsonObject said = upload(api, Form.of("any").field("options", "{\"header\":false}"));
            assertThat(said.getInteger("total")).isEqualTo(3);
            assertThat(said.getJsonArray("columns").getList()).isEqualTo(List.of("column_1"));
            assertThat(said.getJsonObject("header"))
                    .isEqualTo(new JsonObject().put("present", false).put("detected", false));
        }
    }
}
