package dev.rowhound.crawl;

import dev.rowhound.Folders;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Processor;
import dev.rowhound.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One slot of a crawl engine for all tests of a class; what it looks up by is asked anew for each item. */
final class TestSlot implements BeforeAllCallback, AfterAllCallback {
    private final Supplier<CrawlConfig> config;
    private final Supplier<Recipe> recipe;
    private Path data;
    private CrawlEngine engine;
    private Processor processor;

    TestSlot(Supplier<CrawlConfig> config, Supplier<Recipe> recipe) {
        this.config = config;
        this.recipe = recipe;
    }

    @Override
    public void beforeAll(ExtensionContext tests) throws Exception {
        data = Files.createTempDirectory("rowhound-slot");
        engine = new CrawlEngine(config.get(), data);
        engine.prepare(sentence -> {});
        processor = engine.newProcessor(job -> recipe.get());
    }

    @Override
    public void afterAll(ExtensionContext tests) throws Exception {
        processor.close();
        engine.close();
        Folders.delete(data);
    }

    /** The folder that it keeps its files in. */
    Path data() {
        return data;
    }

    ItemResult process(ItemInput input, ItemContext context) throws Exception {
        return processor.process(input, context);
    }

    /** Looks up the row {@code x}, which has no other columns. */
    ItemResult process(ItemContext context) throws Exception {
        return process(new ItemInput("job", 1, "x", Map.of()), context);
    }
}
