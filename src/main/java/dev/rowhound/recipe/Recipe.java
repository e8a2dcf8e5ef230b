package dev.rowhound.recipe;

import dev.rowhound.job.Attempts;
import dev.rowhound.job.Politeness;
import dev.rowhound.recipe.Outcomes.NeedsHuman;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an entry is looked up, as data. {@link RecipeReader} makes one from JSON; {@code conf/recipe.schema.json}
 * describes the JSON.
 *
 * @param name the name that uploads give, letters, digits, {@code -} and {@code _}
 * @param version the recipe's own version, from 1
 * @param title what people see in a list
 * @param description what it finds, and where
 * @param input which column is looked up and what a key must look like
 * @param start where the look-up begins
 * @param browsing how the site is visited
 * @param session what is kept from one item to the next, or null for nothing
 * @param steps what is done on the page before its outcome is read, in order
 * @param outcomes how the page says that the entry was found or not, or that it refuses to answer
 * @param extract the fields to read from a page that was found, by name, in the order of the results
 * @param links which links of a page that was found are followed, or null for none
 * @param pages how a list is read that goes on over several pages, or null where none does
 * @param retry how often and when a failed attempt is repeated
 * @param timeouts how long things may take
 * @param politeness how hard the start's host may be asked
 * @param pauseAfterBlocks after how many refused look-ups of a job in a row it is paused; 0 means never
 * @param evidence what an attempt leaves behind for a person to look at
 * @param source the JSON that it was read from
 */
public record Recipe(
        String name,
        int version,
        String title,
        String description,
        Input input,
        Start start,
        Browsing browsing,
        @Nullable Session session,
        List<Step> steps,
        Outcomes outcomes,
        Map<String, Field> extract,
        @Nullable Links links,
        @Nullable Pages pages,
        Attempts retry,
        Timeouts timeouts,
        Politeness politeness,
        int pauseAfterBlocks,
        EvidencePolicy evidence,
        JsonObject source) {

    /** Every field that a result may have, in the order of the results' columns. */
    public List<String> fieldNames() {
        List<String> names = new ArrayList<>(extract.keySet());
        if (links != null) {
            names.addAll(links.into() == null ? links.extract().keySet() : List.of(links.into()));
        }
        return List.copyOf(names);
    }

    /** The same, but that nothing is left behind of an attempt. */
    public Recipe withoutEvidence() {
        return new Recipe(
                name,
                version,
                title,
                description,
                input,
                start,
                browsing,
                session,
                steps,
                outcomes,
                extract,
                links,
                pages,
                retry,
                timeouts,
                politeness,
                pauseAfterBlocks,
                new EvidencePolicy(When.NEVER, When.NEVER, When.NEVER),
                source);
    }

    /** Whether a step of the recipe waits for an answer to a request of the page. */
    public boolean waitsForResponses() {
        Stream<Step> own = Stream.concat(
                steps.stream(),
                session == null || session.login() == null ? Stream.of() : session.login().steps().stream());
        Stream<Step> ofAnswers = askingPages()
                .map(need -> need.ask().answer())
                .filter(Objects::nonNull)
                .flatMap(answer -> answer.then().stream());
        return Stream.concat(own, ofAnswers).anyMatch(Step.WaitResponse.class::isInstance);
    }

    /** Whether a person may be asked about one of its pages. */
    public boolean asks() {
        return askingPages().findAny().isPresent();
    }

    private Stream<NeedsHuman> askingPages() {
        Stream<Outcomes> all = links == null ? Stream.of(outcomes) : Stream.of(outcomes, links.outcomes());
        return all.flatMap(each -> each.needsHuman().stream());
    }

    /** What an attempt leaves behind beside its result: Playwright's trace, the requests as HAR, the page's picture. */
    public record EvidencePolicy(When trace, When har, When screenshot) {
        /** A picture of each failure. */
        public static final EvidencePolicy DEFAULT = new EvidencePolicy(When.NEVER, When.NEVER, When.ON_FAILURE);
    }

    /** When something is left behind. */
    public enum When {
        NEVER,
        /** Where the item is blocked or has failed. */
        ON_FAILURE,
        ALWAYS
    }

    /**
     * Time limits in milliseconds.
     *
     * @param navigationMillis until the page has begun to arrive
     * @param stepMillis for one step, and until an outcome and the required fields stand on the page
     * @param itemMillis for the whole attempt; a browser that holds it longer is killed
     */
    public record Timeouts(int navigationMillis, int stepMillis, int itemMillis) {}
}
