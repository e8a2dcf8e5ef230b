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

/** Tells which of a recipe's outcomes a page shows. */
public final class OutcomeJudge {
    /** From here on a status says that what was asked for did not come. */
    private static final int FIRST_ERROR = 400;

    /** With these the site says by itself that it has no such page. */
    private static final Set<Integer> ABSENT = Set.of(404, 410);

    private final List<Candidate> candidates = new ArrayList<>();
    private final @Nullable Challenges challenges;
    private final List<Query> queries = new ArrayList<>();
    private final boolean needsText;

    /** What a page shows. */
    public enum Verdict {
        /** The user of the session is no longer logged in. */
        LOGGED_OUT,
        BLOCKED,
        NEEDS_HUMAN,
        NOT_FOUND,
        FOUND,
        /** None of the recipe's outcomes, or none yet. */
        NONE
    }

    /**
     * A verdict.
     *
     * @param verdict what the page shows
     * @param ask what a person is to be asked, where one is
     * @param challenge which of the shipped descriptions fits, where one does
     * @param unnamed whether a condition of {@code found} or {@code not_found} would hold but for an error status that
     *     it does not name
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
         * Whether a page of that status can be what this stands for. Sites keep their layout on error pages, so that
         * an element of it proves nothing there: what was found, or was not, must be told by a status that the condition
         * names. Refusals and questions to a person come with any status.
         */
        private boolean counts(int status) {
            boolean answer = verdict == Verdict.FOUND || verdict == Verdict.NOT_FOUND;
            return !answer
                    || status < FIRST_ERROR
                    || condition.statuses().contains(status)
                    || (verdict == Verdict.NOT_FOUND && ABSENT.contains(status));
        }
    }

    /** Judges by the recipe's outcomes alone, which are all of one kind of page. */
    OutcomeJudge(Outcomes outcomes) {
        this(outcomes, List.of(), List.of(), List.of(), null);
    }

    /**
     * Judges by more than those.
     *
     * @param loggedOut what tells that a user is no longer logged in
     * @param moreBlocked what tells of a refusal on this kind of page too
     * @param moreNeedsHuman what a person is asked about on this kind of page too
     * @param challenges what refusals look like everywhere, or null
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
        // What a person is asked about is known again by its text.
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

    /** What {@link #judge} needs to know of the page. */
    List<Query> queries() {
        return queries;
    }

    /** Whether {@link #judge} needs the page's whole text. */
    boolean needsText() {
        return needsText;
    }

    /** Selectors of which {@link #judge} needs to know whether an element matches. */
    List<String> marks() {
        return challenges == null ? List.of() : challenges.marks();
    }

    /**
     * Judges a page that was read with this judge's {@link #queries} and {@link #marks}. A refusal that the recipe knows
     * comes first, whatever else is there; one that only the shipped descriptions know comes after what a person can
     * be asked about, and before all else. On a page with an error status only a condition that names the status can
     * tell that something was found or was not; 404 and 410 tell of themselves that it was not.
     *
     * @param budget what the patterns may cost
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
                if (candidate.counts(snapshot.status())) {
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
