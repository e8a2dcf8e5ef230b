package dev.rowhound.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.Problems;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
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
                        "errors    with a status from 400 on a page is found by none, not_found by 404 and 410",
                        "fields    title (required), since");
        assertThat(RecipeSummary.warnings(recipe)).isEmpty();
    }

    @Test
    void warnsOfConditionsThatMeanErrorPagesWithoutNamingTheirStatus() {
        Recipe recipe = recipe("""
                {"name": "x", "start": {"url": "http://x/{key}"},
                 "session": {"keep": "job", "login": {"url": "http://x/in", "steps": [{"press": {"key": "Enter"}}],
                   "logged_in": [{"url": "/error-500"}], "logged_out": [{"text": "401"}]}},
                 "outcomes": {
                   "blocked": [{"text": "403 Forbidden"}],
                   "not_found": [{"text": "404|410|Page 4045"}, {"text": "(?i)bad\\\\s+request"},
                     {"selector": ".error-422"}, {"selector": ".error-422", "status": [422]}],
                   "found": [{"selector": "#page-404"}, {"selector": "h1"}]},
                 "extract": {"title": {"selector": "h1", "required": true}},
                 "links": {"selector": "a", "into": "more", "extract": {"x": {"selector": "p"}}, "outcomes": {
                   "not_found": [{"text": "Service Unavailable"}], "found": [{"selector": "h2"}]}}}""");

        assertThat(RecipeSummary.warnings(recipe))
                .extracting(warning -> warning.replaceFirst(":.*: (?=\\[)", " "))
                .containsExactly(
                        "outcomes.not_found[1] [400]",
                        "outcomes.not_found[2] [422]",
                        "outcomes.found[0] [404]",
                        "links.outcomes.not_found[0] [503]",
                        "session.login.logged_in[0] [500]");
        assertThat(RecipeSummary.lines(recipe))
                .contains(
                        "errors    with a status from 400 on a page is found by none, not_found by 404 and 410 and 422");
    }
}
