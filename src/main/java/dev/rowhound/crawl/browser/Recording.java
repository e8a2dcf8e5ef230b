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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a recipe has recorded of its items: Playwright's trace, and the requests and answers as HAR 1.2, without their
 * bodies. Both need a context that nobody has used, so that such items are slower.
 */
final class Recording {
    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

    private final Recipe.EvidencePolicy wanted;
    private final Path trace;
    private final Path har;

    /** Records into files of that folder. */
    Recording(Recipe.EvidencePolicy wanted, Path folder) {
        this.wanted = wanted;
        String name = UUID.randomUUID().toString();
        this.trace = folder.resolve(name + ".zip");
        this.har = folder.resolve(name + ".har");
    }

    /** Whether that asks for anything. */
    static boolean isWanted(Recipe.EvidencePolicy evidence) {
        return evidence.trace() != When.NEVER || evidence.har() != When.NEVER;
    }

    /** The same options, for a context that is recorded. */
    Browser.NewContextOptions of(Browser.NewContextOptions options) {
        return wanted.har() == When.NEVER
                ? options
                : options.setRecordHarPath(har).setRecordHarContent(HarContentPolicy.OMIT);
    }

    /** The item begins. */
    void begin(BrowserContext context) {
        if (wanted.trace() != When.NEVER) {
            context.tracing()
                    .start(new Tracing.StartOptions().setScreenshots(true).setSnapshots(true));
        }
    }

    /**
     * The item has ended: closes the page, for the HAR is written then.
     *
     * @param failed whether it was blocked or has failed
     */
    void end(KeptPage page, boolean failed) {
        if (isKept(wanted.trace(), failed)) {
            page.context().tracing().stop(new Tracing.StopOptions().setPath(trace));
        }
        page.close();
    }

    /**
     * What is to be kept of it, without what lets its reader into a session; what cannot be read so is not kept.
     *
     * @param failed whether the item was blocked or has failed
     * @param secrets removes the deployment's secrets from a text
     */
    List<Evidence> files(boolean failed, UnaryOperator<String> secrets) {
        List<Evidence> kept = new ArrayList<>();
        if (isKept(wanted.trace(), failed)) {
            take(trace, Evidence.TRACE, "application/zip", file -> RecordingRedaction.trace(file, secrets), kept);
        }
        if (isKept(wanted.har(), failed)) {
            take(har, Evidence.HAR, "application/json", file -> RecordingRedaction.har(file, secrets), kept);
        }
        delete(trace);
        delete(har);
        return kept;
    }

    private static boolean isKept(When when, boolean failed) {
        return when == When.ALWAYS || (when == When.ON_FAILURE && failed);
    }

    private interface Reader {
        byte[] read(Path file) throws IOException;
    }

    private static void take(Path file, String name, String type, Reader reader, List<Evidence> kept) {
        try {
            if (Files.exists(file)) {
                kept.add(new Evidence(name, type, reader.read(file)));
            }
        } catch (IOException e) {
            LOG.warn("{} of an item was not kept: {}", name, e.toString());
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("A recording stays in the way: {}", e.toString());
        }
    }
}
