package dev.rowhound.sites;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.crawl.CrawlConfig;
import dev.rowhound.crawl.CrawlEngine;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.PendingAnswer;
import dev.rowhound.job.Processor;
import dev.rowhound.job.Question;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Looks keys up by recipes as a slot does it, with a person beside it who may be asked. It belongs to one thread. */
final class CrawlRunner implements AutoCloseable {
    private static final long LIMIT_SECONDS = 90;

    private final CrawlEngine engine;
    private final Processor processor;
    private final Map<String, Recipe> recipes = new HashMap<>();
    private final List<Evidence> evidence = new ArrayList<>();
    private final List<Question> questions = new ArrayList<>();
    private Function<Question, Optional<String>> person = question -> Optional.empty();

    /**
     * Opens it, for sites of this machine.
     *
     * @param data the folder of the engine's files
     * @param secrets the configuration's {@code crawl.secrets}
     */
    CrawlRunner(Path data, JsonObject secrets) {
        Problems problems = new Problems("the test's configuration");
        JsonObject section = new JsonObject()
                .put("allow", new JsonArray().add("127.0.0.1:*"))
                .put("secrets", secrets);
        CrawlConfig config = CrawlConfig.from(new JsonReader(section, problems));
        problems.throwIfAny();
        engine = new CrawlEngine(config, data);
        engine.prepare(sentence -> {});
        processor = engine.newProcessor(item -> Objects.requireNonNull(recipes.get(item.job())));
    }

    /** Who answers what is asked from here on; nothing means that nobody does. */
    void ask(Function<Question, Optional<String>> someone) {
        person = someone;
    }

    /** Looks a key up by a recipe in JSON. */
    ItemResult look(String recipe, String key) throws Exception {
        return look(new JsonObject(recipe), key);
    }

    /** Looks a key up by a recipe. */
    ItemResult look(JsonObject recipe, String key) throws Exception {
        Problems problems = new Problems("the recipe");
        Recipe read = RecipeReader.read(recipe, problems);
        problems.throwIfAny();
        String job = "job-" + recipe.getString("name");
        recipes.put(job, read);
        evidence.clear();
        questions.clear();
        return processor.process(new ItemInput(job, 1, key, Map.of("key", key)), new Context());
    }

    /** What the last look-up has left. */
    List<Evidence> evidence() {
        return List.copyOf(evidence);
    }

    /** What the last look-up has asked. */
    List<Question> questions() {
        return List.copyOf(questions);
    }

    private final class Context implements ItemContext {
        private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);

        @Override
        public void progress(String step) {}

        @Override
        public long remainingMillis() {
            return Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
        }

        @Override
        public void evidence(Evidence left) {
            evidence.add(left);
        }

        @Override
        public PendingAnswer ask(Question question) {
            questions.add(question);
            Optional<String> answer = person.apply(question);
            return new PendingAnswer() {
                @Override
                public Optional<String> text() {
                    return answer;
                }

                @Override
                public boolean over() {
                    return answer.isEmpty();
                }

                @Override
                public String reason() {
                    return "Nobody has answered";
                }
            };
        }
    }

    @Override
    public void close() {
        processor.close();
        engine.close();
    }
}
