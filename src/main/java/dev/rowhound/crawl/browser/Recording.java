package dev.rowhound.crawl.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Tracing;
import com.microsoft.playwright.options.HarContentPolicy;
import dev.rowhound.job.Evidence;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Recipe.When;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.commons.io.function.IOFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records an item as its recipe says: Playwright's trace, and the requests and responses as HAR 1.2 without bodies.
 * Both need a new context, which makes such items slower.
 */
final class Recording {
    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

    private final Recipe.EvidencePolicy policy;
    private final Path trace;
    private final Path har;

    Recording(Recipe.EvidencePolicy policy, Path folder) {
        this.policy = policy;
        String name = UUID.randomUUID().toString();
        this.trace = folder.resolve(name + ".zip");
        this.har = folder.resolve(name + ".har");
    }

    /** Returns whether the policy asks for a trace or a HAR. */
    static boolean isWanted(Recipe.EvidencePolicy evidence) {
        return evidence.trace() != When.NEVER || evidence.har() != When.NEVER;
    }

    /** Adds the HAR recording to the options of a context. */
    Browser.NewContextOptions of(Browser.NewContextOptions options) {
        return policy.har() == When.NEVER
                ? options
                : options.setRecordHarPath(har).setRecordHarContent(HarContentPolicy.OMIT);
    }

    /** Starts the trace. */
    void begin(BrowserContext context) {
        if (policy.trace() != When.NEVER) {
            context.tracing()
                    .start(new Tracing.StartOptions().setScreenshots(true).setSnapshots(true));
        }
    }

    /**
     * Writes the trace and closes the page, which writes the HAR.
     *
     * @param failed whether the item was blocked or has failed
     */
    void end(ReusablePage page, boolean failed) {
        if (isKept(policy.trace(), failed)) {
            page.context().tracing().stop(new Tracing.StopOptions().setPath(trace));
        }
        page.close();
    }

    /**
     * Returns the redacted files that the policy keeps, and deletes the originals. A file that cannot be redacted is
     * dropped.
     *
     * @param failed whether the item was blocked or has failed
     * @param secrets removes the deployment's secrets from a text
     */
    List<Evidence> files(boolean failed, UnaryOperator<String> secrets) {
        List<Evidence> kept = new ArrayList<>();
        if (isKept(policy.trace(), failed)) {
            add(trace, Evidence.TRACE, "application/zip", file -> RecordingRedaction.trace(file, secrets), kept);
        }
        if (isKept(policy.har(), failed)) {
            add(har, Evidence.HAR, "application/json", file -> RecordingRedaction.har(file, secrets), kept);
        }
        delete(trace);
        delete(har);
        return kept;
    }

    private static boolean isKept(When when, boolean failed) {
        return when == When.ALWAYS || (when == When.ON_FAILURE && failed);
    }

    private static void add(Path file, String name, String type, IOFunction<Path, byte[]> reader, List<Evidence> kept) {
        try {
            if (Files.exists(file)) {
                kept.add(new Evidence(name, type, reader.apply(file)));
            }
        } catch (IOException e) {
            LOG.warn("{} of an item was not stored: {}", name, e.toString());
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("A recording could not be deleted: {}", e.toString());
        }
    }
}
