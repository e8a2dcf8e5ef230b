package dev.rowhound.recipestore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.Problems;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
import dev.rowhound.recipestore.RecipeStore.Change;
import dev.rowhound.recipestore.RecipeStore.ChangeOutcome;
import dev.rowhound.recipestore.RecipeStore.Version;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the store promises of uploaded recipes. */
@ExtendWith(TestRedis.Extension.class)
class RecipeStoreIT {
    private static final int ANY = RecipeStore.ANY_VERSION;

    private final TestRedis redis;
    private final RecipeStore store;

    RecipeStoreIT(TestRedis redis) {
        this.redis = redis;
        this.store = new RecipeStore(redis.connector());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }

    private static Recipe recipe(String name, String title) {
        JsonObject json = new JsonObject("""
                {"version": 77, "start": {"url": "https://example.org"}, "outcomes": {"found": [{"text": "x"}]}}""");
        Problems problems = new Problems("the test's recipe");
        Recipe recipe = RecipeReader.read(json.put("name", name).put("title", title), problems);
        problems.throwIfAny();
        return Objects.requireNonNull(recipe);
    }

    private Change put(String name, String title) throws Exception {
        return get(store.put(recipe(name, title), ANY, "ada"));
    }

    private String titleOf(String name, int version) throws Exception {
        Recipe found = get(store.find(name, version));
        return found == null ? null : found.title();
    }

    @Test
    void eachChangeIsTheNextVersionAndWhatIsUnchangedIsNone() throws Exception {
        assertThat(put("shops", "a")).isEqualTo(new Change(ChangeOutcome.CREATED, 1));
        assertThat(put("shops", "a")).isEqualTo(new Change(ChangeOutcome.SAME, 1));
        assertThat(put("shops", "b")).isEqualTo(new Change(ChangeOutcome.CHANGED, 2));
        assertThat(put("shops", "a")).isEqualTo(new Change(ChangeOutcome.CHANGED, 3));

        Recipe newest = get(store.newest("shops"));
        assertThat(newest.version()).isEqualTo(3);
        assertThat(newest.source().getInteger("version")).isEqualTo(3);
        assertThat(titleOf("shops", 2)).isEqualTo("b");
        assertThat(get(store.versions("shops"))).extracting(Version::version).containsExactly(3, 2, 1);
        assertThat(get(store.versions("shops"))).extracting(Version::user).containsOnly("ada");
        assertThat(get(store.newest("shop"))).isNull();
        assertThat(get(store.versions("shop"))).isEmpty();
    }

    @Test
    void aChangeOfAnotherVersionThanTheNewestIsRefused() throws Exception {
        put("shops", "a");
        assertThat(get(store.put(recipe("shops", "b"), 1, "ada"))).isEqualTo(new Change(ChangeOutcome.CHANGED, 2));
        assertThat(get(store.put(recipe("shops", "c"), 1, "bob")))
                .isEqualTo(new Change(ChangeOutcome.OTHER_VERSION, 2));
        assertThat(get(store.put(recipe("shops", "c"), 0, "bob")))
                .isEqualTo(new Change(ChangeOutcome.OTHER_VERSION, 2));
        assertThat(get(store.put(recipe("none", "c"), 1, "bob"))).isEqualTo(new Change(ChangeOutcome.OTHER_VERSION, 0));
        // The same call once more, whose answer was lost.
        assertThat(get(store.put(recipe("shops", "b"), 1, "ada"))).isEqualTo(new Change(ChangeOutcome.SAME, 2));
        assertThat(get(store.delete("shops", 1))).isEqualTo(new Change(ChangeOutcome.OTHER_VERSION, 2));
        assertThat(titleOf("shops", 2)).isEqualTo("b");
    }

    @Test
    void ofManyAtOnceEachGetsANumberOfItsOwn() throws Exception {
        List<Future<Change>> changes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            changes.add(store.put(recipe("shops", "title " + i), 0, "ada"));
        }
        get(Future.join(changes));
        assertThat(changes.stream().map(Future::result))
                .filteredOn(change -> change.outcome() == ChangeOutcome.CREATED)
                .hasSize(1);
        assertThat(get(store.newest("shops")).version()).isEqualTo(1);
    }

    @Test
    void aDeletedRecipeIsGoneAndItsNumbersAreNotGivenAgain() throws Exception {
        put("shops", "a");
        put("shops", "b");
        assertThat(get(store.delete("shops", ANY)).outcome()).isEqualTo(ChangeOutcome.DELETED);
        assertThat(get(store.delete("shops", ANY)).outcome()).isEqualTo(ChangeOutcome.NONE);
        assertThat(get(store.newest("shops"))).isNull();
        assertThat(get(store.find("shops", 2))).isNull();
        assertThat(get(store.summaries())).isEmpty();

        assertThat(put("shops", "b")).isEqualTo(new Change(ChangeOutcome.CREATED, 3));
        assertThat(get(store.versions("shops"))).extracting(Version::version).containsExactly(3);
        assertThat(redis.send(Command.TTL, "{r}:n:shops").toInteger()).isEqualTo(-1);
    }

    @Test
    void whatIsKeptIsBounded() throws Exception {
        RecipeStore small = new RecipeStore(redis.connector(), 3, 2, 1000);
        for (String title : List.of("a", "b", "c", "d", "e")) {
            get(small.put(recipe("shops", title), ANY, "ada"));
        }
        assertThat(get(small.versions("shops"))).extracting(Version::version).containsExactly(5, 4, 3);
        assertThat(titleOf("shops", 2)).isNull();
        int bytes =
                get(small.versions("shops")).stream().mapToInt(Version::bytes).sum();
        assertThat(redis.send(Command.GET, "{r}:bytes").toInteger()).isEqualTo(bytes);

        assertThat(get(small.put(recipe("second", "a"), ANY, "ada")).outcome()).isEqualTo(ChangeOutcome.CREATED);
        assertThat(get(small.put(recipe("third", "a"), ANY, "ada")).outcome()).isEqualTo(ChangeOutcome.TOO_MANY);
        assertThat(get(small.put(recipe("second", "a".repeat(1000)), ANY, "ada"))
                        .outcome())
                .isEqualTo(ChangeOutcome.TOO_LARGE);
        assertThat(get(small.newest("second")).version()).isEqualTo(1);
        get(small.delete("shops", ANY));
        get(small.delete("second", ANY));
        assertThat(redis.send(Command.GET, "{r}:bytes").toInteger()).isZero();
    }

    @Test
    void listsTellWhatTheNewestVersionSays() throws Exception {
        put("shops", "a");
        put("shops", "b");
        JsonObject summary = get(store.summaries()).get("shops");
        assertThat(summary.getInteger("version")).isEqualTo(2);
        assertThat(summary.getString("title")).isEqualTo("b");
        assertThat(summary.getJsonArray("fields")).isEmpty();
        assertThat(summary.getLong("at")).isPositive();
    }
}
