package dev.rowhound.crawl.page;

import dev.rowhound.crawl.view.Element;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.recipe.Outcomes;
import dev.rowhound.recipe.Outcomes.Ask;
import dev.rowhound.recipe.Outcomes.Condition;
import dev.rowhound.recipe.Outcomes.NeedsHuman;
import dev.rowhound.recipe.pattern.BoundedPattern;
import dev.rowhound.recipe.pattern.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which of a recipe's outcomes a page shows. */
public final class OutcomeJudge {
    private static final int MIN_ERROR_STATUS = 400;

    /** Statuses that mean "not found" even if the recipe does not name them. */
    private static final Set<Integer> NOT_FOUND_STATUSES = Set.of(404, 410);

    private final List<Candidate> candidates = new ArrayList<>();
    private final @Nullable Challenges challenges;
    private final List<Query> queries = new ArrayList<>();
    private final boolean needsText;

    public enum Verdict {
        LOGGED_OUT,
        BLOCKED,
        NEEDS_HUMAN,
        NOT_FOUND,
        FOUND,
        /** None of the recipe's outcomes so far. */
        NONE
    }

    /**
     * A verdict with its details.
     *
     * @param verdict the outcome
     * @param ask the question for a person, or null
     * @param challenge the name of the detected challenge, or null
     * @param unnamed whether a condition of {@code found} or {@code not_found} holds, except that it does not name the
     *     error status
     */
    public record Judgement(
            Verdict verdict, @Nullable Ask ask, @Nullable String challenge, boolean unnamed) {
        private static Judgement of(Candidate candidate) {
            return new Judgement(candidate.verdict, candidate.ask, null, false);
        }
    }

    private record Candidate(
            Verdict verdict, Condition condition, @Nullable Ask ask) {

        /**
         * Returns whether the candidate may hold on a page with that status. Sites keep their layout on error pages, so
         * elements prove nothing there: {@code found} and {@code not_found} must name the error status. Refusals and
         * questions hold with any status.
         */
        private boolean accepts(int status) {
            boolean answer = verdict == Verdict.FOUND || verdict == Verdict.NOT_FOUND;
            return !answer
                    || status < MIN_ERROR_STATUS
                    || condition.statuses().contains(status)
                    || (verdict == Verdict.NOT_FOUND && NOT_FOUND_STATUSES.contains(status));
        }
    }

    /** Creates a judge for a recipe whose pages are all of one kind. */
    OutcomeJudge(Outcomes outcomes) {
        this(outcomes, List.of(), List.of(), List.of(), null);
    }

    /**
     * Creates a judge with additional conditions.
     *
     * @param loggedOut conditions of a logged-out user
     * @param moreBlocked refusals that apply to this kind of page too
     * @param moreNeedsHuman questions that apply to this kind of page too
     * @param challenges the detector of known challenges, or null
     */
    OutcomeJudge(
            Outcomes outcomes,
            List<Condition> loggedOut,
            List<Condition> moreBlocked,
            List<NeedsHuman> moreNeedsHuman,
            @Nullable Challenges challenges) {
        this.challenges = challenges;
        add(Verdict.LOGGED_OUT, loggedOut);
        add(Verdict.BLOCKED, moreBlocked);
        add(Verdict.BLOCKED, outcomes.blocked());
        addAsking(moreNeedsHuman);
        addAsking(outcomes.needsHuman());
        add(Verdict.NOT_FOUND, outcomes.notFound());
        add(Verdict.FOUND, outcomes.found());
        for (Candidate candidate : candidates) {
            Condition condition = candidate.condition;
            if (condition.selector() != null) {
                queries.add(new Query(condition.selector(), null, condition.text() != null));
            }
        }
        // A question is recognised again by the page's text.
        needsText = candidates.stream()
                .anyMatch(candidate -> candidate.ask != null
                        || (candidate.condition.selector() == null && candidate.condition.text() != null));
    }

    private void add(Verdict verdict, List<Condition> conditions) {
        conditions.forEach(condition -> candidates.add(new Candidate(verdict, condition, null)));
    }

    private void addAsking(List<NeedsHuman> needs) {
        needs.forEach(need -> candidates.add(new Candidate(Verdict.NEEDS_HUMAN, need.condition(), need.ask())));
    }

    /** Returns the queries whose results {@link #judge} needs. */
    List<Query> queries() {
        return queries;
    }

    boolean needsText() {
        return needsText;
    }

    /** Returns the selectors whose matches {@link #judge} needs. */
    List<String> marks() {
        return challenges == null ? List.of() : challenges.marks();
    }

    /**
     * Judges a page that was read with this judge's {@link #queries} and {@link #marks}. The recipe's refusals have
     * precedence, then its questions, then known challenges, then the other outcomes. On an error page, only a
     * condition that names the status can give {@code found} or {@code not_found}; 404 and 410 need not be named for
     * {@code not_found}.
     *
     * @param budget limits the cost of the patterns
     */
    public Judgement judge(Snapshot snapshot, Budget budget) {
        int query = 0;
        boolean unnamed = false;
        Challenges known = challenges;
        for (Candidate candidate : candidates) {
            if (known != null && candidate.verdict.compareTo(Verdict.NEEDS_HUMAN) > 0) {
                Optional<String> challenge = known.recognise(snapshot, budget);
                known = null;
                if (challenge.isPresent()) {
                    return new Judgement(Verdict.BLOCKED, null, challenge.get(), false);
                }
            }
            List<Element> elements = List.of();
            if (candidate.condition.selector() != null) {
                elements = snapshot.found().get(query++).elements();
            }
            if (holds(candidate.condition, snapshot, elements, budget)) {
                if (candidate.accepts(snapshot.status())) {
                    return Judgement.of(candidate);
                }
                unnamed = true;
            }
        }
        return new Judgement(Verdict.NONE, null, null, unnamed);
    }

    private static boolean holds(Condition condition, Snapshot snapshot, List<Element> elements, Budget budget) {
        if (!condition.statuses().isEmpty() && !condition.statuses().contains(snapshot.status())) {
            return false;
        }
        BoundedPattern url = condition.url();
        if (url != null && !url.find(snapshot.url(), budget)) {
            return false;
        }
        BoundedPattern text = condition.text();
        if (condition.selector() == null) {
            return text == null || text.find(snapshot.text(), budget);
        }
        return elements.stream().anyMatch(element -> text == null || text.find(element.text(), budget));
    }
}
