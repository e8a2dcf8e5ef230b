package dev.trawl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trawl.config.Problems;
import dev.trawl.recipe.Recipe;
import dev.trawl.recipe.RecipeReader;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What is told of a recipe that is right. */
class RecipeCheckCommandTest {
    private static Recipe recipe(String json) {
        Problems problems = new Problems("the test's recipe");
        Recipe recipe = RecipeReader.read(new JsonObject(json), problems);
        problems.throwIfAny();
        return recipe;
    }

    @Test
    void warnsOfWhatIsSeldomMeant() {
        Recipe thin = recipe("""
                {"name": "x", "start": {"url": "http://x/"}, "outcomes": {"found": [{"selector": "h1"}]}}""");
        assertThat(RecipeSummary.warnings(thin))
                .extracting(warning -> warning.replaceFirst(":.*", ""))
                .containsExactly("outcomes.not_found", "extract", "start.url");
        Recipe unfilled = recipe("""
                {"name": "x", "start": {"url": "http://x/"}, "steps": [{"fill": {"selector": "#q", "value": "{key}"}}],
                 "outcomes": {"found": [{"selector": "h1"}], "not_found": [{"text": "none"}]},
                 "extract": {"title": {"selector": "h1"}}, "timeouts": {"item_ms": 100, "navigation_ms": 200}}""");
        assertThat(RecipeSummary.warnings(unfilled))
                .extracting(warning -> warning.replaceFirst(":.*", ""))
                .containsExactly("extract", "timeouts.item_ms");
    }

    @Test
    void tellsWhatARecipeDoes() {
        Recipe recipe = recipe("""
                {"name": "x", "title": "Shops", "start": {"url": "http://x/{key}"},
                 "steps": [{"fill": {"selector": "#q", "value": "{key}"}}, {"press": {"selector": "#q", "key": "Enter"}}],
                 "outcomes": {"found": [{"selector": "h1"}], "not_found": [{"text": "none"}, {"status": [404]}]},
                 "extract": {"title": {"selector": "h1", "required": true}, "since": {"selector": "h2"}}}""");
        assertThat(RecipeSummary.lines(recipe))
                .contains(
                        "Shops (x, version 1)",
                        "steps     fill, press",
                        "outcomes  found by 1 condition, not_found by 2 conditions",
                        "fields    title (required), since");
        assertThat(RecipeSummary.warnings(recipe)).isEmpty();
    }
}
