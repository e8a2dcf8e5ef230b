package dev.trawl.crawl;

import dev.trawl.crawl.view.Element;
import dev.trawl.crawl.view.Query;
import dev.trawl.crawl.view.Snapshot;
import dev.trawl.recipe.Outcomes;
import dev.trawl.recipe.Outcomes.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Tells which of a recipe's outcomes a page shows. */
final class OutcomeJudge {
    private final Outcomes outcomes;
    private final List<Query> queries = new ArrayList<>();
    private final boolean needsText;

    /** What a page shows. */
    enum Verdict {
        BLOCKED,
        NOT_FOUND,
        FOUND,
        /** None of the recipe's outcomes, or none yet. */
        NONE
    }

    OutcomeJudge(Outcomes outcomes) {
        this.outcomes = outcomes;
        List<Condition> all = Stream.of(outcomes.blocked(), outcomes.notFound(), outcomes.found())
                .flatMap(List::stream)
                .toList();
        for (Condition condition : all) {
            if (condition.selector() != null) {
                queries.add(new Query(condition.selector(), null, condition.text() != null));
            }
        }
        needsText = all.stream().anyMatch(condition -> condition.selector() == null && condition.text() != null);
    }

    /** What {@link #judge} needs to know of the page. */
    List<Query> queries() {
        return queries;
    }

    /** Whether {@link #judge} needs the page's whole text. */
    boolean needsText() {
        return needsText;
    }

    /** Judges a page that was read with this judge's {@link #queries}. A refusal comes first, whatever else is there. */
    Verdict judge(Snapshot snapshot) {
        int query = 0;
        for (Candidate candidate : List.of(
                new Candidate(Verdict.BLOCKED, outcomes.blocked()),
                new Candidate(Verdict.NOT_FOUND, outcomes.notFound()),
                new Candidate(Verdict.FOUND, outcomes.found()))) {
            for (Condition condition : candidate.conditions()) {
                List<Element> elements = List.of();
                if (condition.selector() != null) {
                    elements = snapshot.found().get(query++).elements();
                }
                if (holds(condition, snapshot, elements)) {
                    return candidate.verdict();
                }
            }
        }
        return Verdict.NONE;
    }

    private record Candidate(Verdict verdict, List<Condition> conditions) {}

    private static boolean holds(Condition condition, Snapshot snapshot, List<Element> elements) {
        if (!condition.statuses().isEmpty() && !condition.statuses().contains(snapshot.status())) {
            return false;
        }
        Pattern url = condition.url();
        if (url != null && !url.matcher(snapshot.url()).find()) {
            return false;
        }
        Pattern text = condition.text();
        if (condition.selector() == null) {
            return text == null || text.matcher(snapshot.text()).find();
        }
        return elements.stream()
                .anyMatch(
                        element -> text == null || text.matcher(element.text()).find());
    }
}
