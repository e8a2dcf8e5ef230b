package dev.rowhound.crawl.page;

import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Query;
import dev.rowhound.crawl.view.QueryResult;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.SnapshotRequest;
import dev.rowhound.recipe.Outcomes;
import dev.rowhound.recipe.Outcomes.Condition;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Session;
import dev.rowhound.recipe.pattern.Budget;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A kind of page in a recipe: how to determine its outcome, which fields it has, and what leads on from it.
 *
 * @param judge determines the outcome
 * @param extraction extracts the fields
 * @param leads the elements that lead to further pages
 * @param request the queries of judge, extraction and leads together
 * @param step the name of its step in errors and events
 */
public record PageKind(
        OutcomeJudge judge, Extraction extraction, List<Query> leads, SnapshotRequest request, String step) {

    /** Returns the kind of the main result page. */
    public static PageKind main(Recipe recipe) {
        List<Query> leads = new ArrayList<>();
        if (recipe.links() != null) {
            leads.add(new Query(
                    recipe.links().selector(),
                    recipe.links().attribute(),
                    recipe.links().match() != null));
        }
        if (recipe.pages() != null && recipe.pages().next() != null) {
            leads.add(new Query(recipe.pages().next(), "href", false));
        }
        OutcomeJudge judge = new OutcomeJudge(
                recipe.outcomes(), loggedOut(recipe.session()), List.of(), List.of(), challenges(recipe.outcomes()));
        return of(
                judge,
                new Extraction(recipe.extract(), "extract", recipe.browsing().locale()),
                leads,
                "outcome");
    }

    /** Returns the kind of linked pages; null if the recipe follows none. */
    public static @Nullable PageKind linked(Recipe recipe) {
        if (recipe.links() == null) {
            return null;
        }
        Outcomes outcomes = recipe.links().outcomes();
        OutcomeJudge judge = new OutcomeJudge(
                outcomes,
                loggedOut(recipe.session()),
                recipe.outcomes().blocked(),
                recipe.outcomes().needsHuman(),
                challenges(outcomes));
        return of(
                judge,
                new Extraction(
                        recipe.links().extract(),
                        "links.extract",
                        recipe.browsing().locale()),
                List.of(),
                "links.outcome");
    }

    /** Returns the kind of the page after a login. */
    public static PageKind loggedIn(Session.Login login) {
        Outcomes outcomes = new Outcomes(List.of(), List.of(), List.of(), login.loggedIn(), true);
        return of(
                new OutcomeJudge(outcomes, List.of(), List.of(), List.of(), Challenges.SHIPPED),
                new Extraction(Map.of(), "session.login", null),
                List.of(),
                "session.login");
    }

    private static PageKind of(OutcomeJudge judge, Extraction extraction, List<Query> leads, String step) {
        List<Query> all = new ArrayList<>(judge.queries());
        all.addAll(extraction.queries());
        all.addAll(leads);
        return new PageKind(judge, extraction, leads, new SnapshotRequest(all, judge.needsText(), judge.marks()), step);
    }

    private static List<Condition> loggedOut(@Nullable Session session) {
        return session == null || session.login() == null
                ? List.of()
                : session.login().loggedOut();
    }

    private static @Nullable Challenges challenges(Outcomes outcomes) {
        return outcomes.detectors() ? Challenges.SHIPPED : null;
    }

    /** Extracts the fields from a snapshot. */
    public JsonObject fields(Snapshot snapshot, Budget budget) throws LookupException {
        int first = judge.queries().size();
        return extraction.read(snapshot.slice(first, request.queries().size() - leads.size() - first), budget);
    }

    /** Returns the result of a lead's query. */
    public QueryResult lead(Snapshot snapshot, int index) {
        return snapshot.found().get(request.queries().size() - leads.size() + index);
    }
}
