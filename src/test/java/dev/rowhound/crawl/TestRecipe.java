package dev.rowhound.crawl;

import dev.rowhound.config.Problems;
import dev.rowhound.job.Attempts;
import dev.rowhound.job.Politeness;
import dev.rowhound.recipe.Browsing;
import dev.rowhound.recipe.Field;
import dev.rowhound.recipe.Input;
import dev.rowhound.recipe.Outcomes;
import dev.rowhound.recipe.Outcomes.Condition;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
import dev.rowhound.recipe.Session;
import dev.rowhound.recipe.Start;
import dev.rowhound.recipe.Step;
import dev.rowhound.recipe.pattern.BoundedPattern;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds recipes for tests: found where there is a {@code .found}, with a required field {@code name} in {@code #name}. */
public final class TestRecipe {
    private final String url;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private List<Condition> blocked = List.of(status(403), selector("#challenge"), text("checking your browser"));
    private List<Condition> notFound = List.of(text("No such company"));
    private List<Condition> found = List.of(selector(".found"));
    private int navigationMillis = 10_000;
    private int stepMillis = 4_000;
    private int itemMillis = 30_000;
    private Browsing browsing = Browsing.DEFAULT;
    private @Nullable Session session;
    private Recipe.EvidencePolicy evidence = Recipe.EvidencePolicy.DEFAULT;

    private TestRecipe(String url) {
        this.url = url;
        fields.put("name", field("#name"));
    }

    static TestRecipe at(String url) {
        return new TestRecipe(url);
    }

    TestRecipe step(Step step) {
        steps.add(step);
        return this;
    }

    TestRecipe field(String name, Field field) {
        fields.put(name, field);
        return this;
    }

    TestRecipe browsing(Browsing other) {
        browsing = other;
        return this;
    }

    TestRecipe session(@Nullable Session other) {
        session = other;
        return this;
    }

    TestRecipe evidence(Recipe.EvidencePolicy other) {
        evidence = other;
        return this;
    }

    TestRecipe withoutFields() {
        fields.clear();
        return this;
    }

    TestRecipe blocked(Condition... conditions) {
        blocked = List.of(conditions);
        return this;
    }

    TestRecipe notFound(Condition... conditions) {
        notFound = List.of(conditions);
        return this;
    }

    TestRecipe found(Condition... conditions) {
        found = List.of(conditions);
        return this;
    }

    TestRecipe limits(int navigation, int step, int item) {
        navigationMillis = navigation;
        stepMillis = step;
        itemMillis = item;
        return this;
    }

    Recipe build() {
        return new Recipe(
                "test",
                1,
                "Test",
                "A recipe of a test",
                new Input(null, List.of(), null, null, null),
                new Start(url, Map.of(), false),
                browsing,
                session,
                List.copyOf(steps),
                new Outcomes(blocked, notFound, found),
                fields,
                null,
                null,
                new Attempts(1, 1, 1),
                new Recipe.Timeouts(navigationMillis, stepMillis, itemMillis),
                Politeness.NONE,
                0,
                evidence,
                new JsonObject());
    }

    /** The recipe of that JSON, to which a name is added. */
    static Recipe of(String json) {
        Problems problems = new Problems("test");
        Recipe recipe = RecipeReader.read(new JsonObject(json).put("name", "test"), problems);
        problems.throwIfAny();
        return Objects.requireNonNull(recipe);
    }

    public static Condition selector(String selector) {
        return new Condition(selector, null, List.of(), null);
    }

    public static Condition text(String pattern) {
        return new Condition(null, BoundedPattern.compile(pattern), List.of(), null);
    }

    public static Condition status(int status) {
        return new Condition(null, null, List.of(status), null);
    }

    /** A required text. */
    static Field field(String selector) {
        return field(selector, Field.Take.FIRST, Field.Type.STRING);
    }

    static Field field(String selector, Field.Take take, Field.Type type) {
        return new Field(selector, null, null, take, null, type, true);
    }
}
