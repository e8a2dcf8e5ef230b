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
 * Describes as data how an entry is looked up. {@link RecipeReader} reads it from JSON, described by {@code
 * conf/recipe.schema.json}.
 *
 * @param name the name in uploads: letters, digits, {@code -} and {@code _}
 * @param version the recipe's version, from 1
 * @param title the title in lists
 * @param description what the recipe finds, and where
 * @param input the key column and the format of keys
 * @param start where a lookup begins
 * @param browsing how the site is visited
 * @param session the state kept between items, or null for none
 * @param steps the steps on the page before its outcome is read, in order
 * @param outcomes the conditions of the outcomes
 * @param extract the fields to extract from a found page, by name, in the order of the results
 * @param links the links to follow from a found page, or null for none
 * @param pages the pagination of a list, or null for none
 * @param retry how often and when a failed attempt is repeated
 * @param timeouts the time limits
 * @param politeness the rate limits of the start's host
 * @param pauseAfterBlocks the number of consecutive blocked lookups after which a job is paused; 0 means never
 * @param evidence the evidence to keep of an attempt
 * @param source the JSON it was read from
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

    /** Returns all possible fields, in the order of the results' columns. */
    public List<String> fieldNames() {
        List<String> names = new ArrayList<>(extract.keySet());
        if (links != null) {
            names.addAll(links.into() == null ? links.extract().keySet() : List.of(links.into()));
        }
        return List.copyOf(names);
    }

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

    /** Returns whether a step waits for a response to a request of the page. */
    public boolean waitsForResponses() {
        Stream<Step> ownSteps = Stream.concat(
                steps.stream(),
                session == null || session.login() == null ? Stream.of() : session.login().steps().stream());
        Stream<Step> answerSteps = questions()
                .map(need -> need.ask().answer())
                .filter(Objects::nonNull)
                .flatMap(answer -> answer.then().stream());
        return Stream.concat(ownSteps, answerSteps).anyMatch(Step.WaitResponse.class::isInstance);
    }

    /** Returns whether a person may be asked. */
    public boolean asks() {
        return questions().findAny().isPresent();
    }

    private Stream<NeedsHuman> questions() {
        Stream<Outcomes> all = links == null ? Stream.of(outcomes) : Stream.of(outcomes, links.outcomes());
        return all.flatMap(each -> each.needsHuman().stream());
    }

    /** The evidence to keep of an attempt: Playwright's trace, a HAR, a screenshot. */
    public record EvidencePolicy(When trace, When har, When screenshot) {
        /** Keeps a screenshot of each failure. */
        public static final EvidencePolicy DEFAULT = new EvidencePolicy(When.NEVER, When.NEVER, When.ON_FAILURE);
    }

    /** When to keep evidence. */
    public enum When {
        NEVER,
        /** If the item is blocked or has failed. */
        ON_FAILURE,
        ALWAYS
    }

    /**
     * Time limits in milliseconds.
     *
     * @param navigationMillis until the page begins to arrive
     * @param stepMillis for one step, and until an outcome and the required fields are on the page
     * @param itemMillis for the whole attempt; a browser that exceeds it is killed
     */
    public record Timeouts(int navigationMillis, int stepMillis, int itemMillis) {}
}
