package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.Problems;
import dev.rowhound.job.WorkKind.Specification;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LookupKindTest {
    private static final JsonArray ASKING = new JsonArray()
            .add(new JsonObject()
                    .put("selector", "#captcha")
                    .put("ask", new JsonObject().put("prompt", "Which letters are these?")));

    private static JsonObject outcomes() {
        return new JsonObject().put("found", new JsonArray().add(new JsonObject().put("selector", "h1")));
    }

    private static JsonObject document(JsonObject outcomes) {
        return new JsonObject()
                .put("name", "shops")
                .put("version", 3)
                .put("title", "Shops")
                .put("input", new JsonObject().put("column", "code"))
                .put("start", new JsonObject().put("url", "http://127.0.0.1:1/{key}"))
                .put("outcomes", outcomes)
                .put("extract", new JsonObject().put("owner", new JsonObject().put("selector", "p")))
                .put("politeness", new JsonObject().put("pause_after_blocks", 7));
    }

    private static Recipe recipe(JsonObject document) {
        Problems problems = new Problems("the test's recipe");
        Recipe recipe = RecipeReader.read(document, problems);
        problems.throwIfAny();
        return Objects.requireNonNull(recipe);
    }

    private static boolean asks(JsonObject document) {
        LookupKind kind = new LookupKind(() -> null, fields -> null);
        return kind.compile(recipe(document)).policy().asks();
    }

    @Test
    void readsASpecificationFromTheRecipeThatIsNamed() {
        JsonObject document = document(outcomes());
        LookupKind kind = new LookupKind(
                () -> null,
                fields -> Future.succeededFuture(recipe(document.copy().put("name", fields.get("recipe")))));

        Specification read = kind.specify(MultiMap.caseInsensitiveMultiMap().set("recipe", "stores"))
                .result();

        assertThat(kind.fields()).containsExactly("recipe", "recipe_version");
        assertThat(read.kind()).isEqualTo("lookup");
        assertThat(read.document()).isEqualTo(document.copy().put("name", "stores"));
        assertThat(read.name()).isEqualTo("stores");
        assertThat(read.version()).isEqualTo(3);
        assertThat(read.keys().column()).isEqualTo("code");
        assertThat(read.fields()).isEqualTo(List.of("owner"));
        assertThat(read.pauseAfterBlocks()).isEqualTo(7);
    }

    @Test
    void asksOnlyWhereAPageOfTheRecipeDoes() {
        JsonObject links = new JsonObject()
                .put("selector", "a")
                .put("outcomes", outcomes().put("needs_human", ASKING))
                .put("extract", new JsonObject().put("phone", new JsonObject().put("selector", "p")));

        assertThat(asks(document(outcomes()))).isFalse();
        assertThat(asks(document(outcomes().put("needs_human", ASKING)))).isTrue();
        assertThat(asks(document(outcomes()).put("links", links))).isTrue();
    }
}
