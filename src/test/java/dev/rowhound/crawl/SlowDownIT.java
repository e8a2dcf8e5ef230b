package dev.rowhound.crawl;

import static dev.rowhound.crawl.TestRecipe.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Processor;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Step;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that asks for fewer look-ups is heard, whatever becomes of the item. */
class SlowDownIT {
    private static Processor processor;
    private static Recipe recipe;
    private Site site;
    private RecordingContext context;

    @BeforeAll
    static void start(@TempDir Path data) {
        CrawlEngine engine = new CrawlEngine(TestConfig.LOOPBACK, data);
        engine.prepare(sentence -> {});
        processor = engine.newProcessor(job -> recipe);
    }

    @AfterAll
    static void stop() throws Exception {
        processor.close();
    }

    @BeforeEach
    void open() {
        site = new Site();
        context = new RecordingContext(60_000, step -> {});
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void serve(String path, int status, @Nullable String retryAfter) {
        site.answer(path, exchange -> {
            if (retryAfter != null) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            Site.send(exchange, status, "<p>Slow down</p>");
        });
    }

    private ItemResult process(TestRecipe built) throws Exception {
        recipe = built.build();
        return processor.process(new ItemInput("job", 1, "x", Map.of()), context);
    }

    private static @Nullable ErrorCode code(ItemResult result) {
        return code(result, ItemState.FAILED);
    }

    private static @Nullable ErrorCode code(ItemResult result, ItemState state) {
        assertThat(result.state()).isEqualTo(state);
        return result.error() == null ? null : result.error().code();
    }

    @Test
    void status429IsTriedAgainWhenTheHostSays() throws Exception {
        serve("/a", 429, "7");

        ItemResult result = process(TestRecipe.at(site.url() + "/a"));
        assertThat(code(result, ItemState.BLOCKED)).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(result.worthRetry()).isTrue();
        assertThat(context.slowDowns()).containsExactly(7_000L);
    }

    @Test
    void status503SaysSoOnlyWithATime() throws Exception {
        serve("/told", 503, "1");
        serve("/untold", 503, null);

        assertThat(code(process(TestRecipe.at(site.url() + "/told")))).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(code(process(TestRecipe.at(site.url() + "/untold")))).isEqualTo(ErrorCode.HTTP_5XX);
        assertThat(context.slowDowns()).containsExactly(1_000L, -1L);
    }

    @Test
    void anOutcomeThatNamesTheStatusIsWhatBecomesOfTheItem() throws Exception {
        serve("/a", 429, null);

        ItemResult result = process(TestRecipe.at(site.url() + "/a").blocked(status(429)));

        assertThat(result.state()).isEqualTo(ItemState.BLOCKED);
        assertThat(context.slowDowns()).containsExactly(-1L);
    }

    @Test
    void aPageThatAStepLeadsToIsHeardToo() throws Exception {
        site.page("/a", "<a href=/b>go</a>");
        serve("/b", 429, "7");

        ItemResult result = process(TestRecipe.at(site.url() + "/a").step(new Step.Click("a", 0, false)));

        assertThat(code(result, ItemState.BLOCKED)).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(context.slowDowns()).containsExactly(-1L);
    }

    @Test
    void otherErrorsSlowNothingDown() throws Exception {
        serve("/a", 500, "7");

        assertThat(code(process(TestRecipe.at(site.url() + "/a")))).isEqualTo(ErrorCode.HTTP_5XX);
        assertThat(context.slowDowns()).isEmpty();
    }
}
