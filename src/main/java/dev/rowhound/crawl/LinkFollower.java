package dev.rowhound.crawl;

import dev.rowhound.crawl.page.PageKind;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.Element;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.net.WebLink;
import dev.rowhound.recipe.Links;
import dev.rowhound.recipe.Pages;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Step;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows a result page: first to the next pages of the list, then to the linked pages. */
final class LinkFollower {
    private static final String PAGES = "pages";
    private static final String LINKS = "links";

    private final View view;
    private final Assignment assignment;
    private final Recipe recipe;
    private final PageFlow flow;
    private final PageKind kind;
    private final ItemValues values;
    private final Set<String> linked = new LinkedHashSet<>();

    LinkFollower(View view, Assignment assignment, PageFlow flow, PageKind kind, ItemValues values) {
        this.view = view;
        this.assignment = assignment;
        this.recipe = assignment.recipe();
        this.flow = flow;
        this.kind = kind;
        this.values = values;
    }

    /**
     * Returns the item's result, merged from the first page and all pages that it leads to.
     *
     * @throws LookupException if a followed page cannot be read
     * @throws LoggedOutException if the session has expired
     */
    ItemResult from(Conclusion first) throws LookupException, LoggedOutException {
        JsonObject fields = first.fields();
        noteLinks(first.page());
        if (recipe.pages() != null) {
            collect(recipe.pages(), first, fields);
        }
        if (recipe.links() != null) {
            follow(recipe.links(), fields);
        }
        return ItemResult.found(fields);
    }

    private void collect(Pages pages, Conclusion first, JsonObject fields) throws LookupException, LoggedOutException {
        JsonArray rows = fields.getJsonArray(pages.rows(), new JsonArray());
        Set<String> seen = new HashSet<>();
        seen.add(WebLink.page(first.page().url()));
        Snapshot page = first.page();
        JsonArray last = rows.copy();
        for (int number = 2; number <= pages.max() && !last.isEmpty(); number++) {
            String address = address(pages, page, number);
            if (address != null && !seen.add(WebLink.page(address))) {
                break;
            }
            Conclusion next = address != null ? opened(address, number) : clicked(pages, page, last);
            if (next == null || !PageFlow.isFound(next)) {
                break;
            }
            // A redirect may lead back to an earlier page. The requested address itself is already in the set.
            String landed = WebLink.page(next.page().url());
            if (address != null && !landed.equals(WebLink.page(address)) && !seen.add(landed)) {
                break;
            }
            last = next.fields().getJsonArray(pages.rows(), new JsonArray());
            rows.addAll(last);
            page = next.page();
            noteLinks(page);
        }
        if (!rows.isEmpty()) {
            fields.put(pages.rows(), rows);
        }
    }

    /** Returns the address of the next page; null if there is none, or if it is reached by a click. */
    private @Nullable String address(Pages pages, Snapshot page, int number) throws LookupException {
        if (pages.url() != null) {
            return values.with("page", String.valueOf(pages.first() + number - 2))
                    .address(pages.url(), PAGES);
        }
        for (Element element : kind.lead(page, nextLeadIndex()).elements()) {
            String link = element.attribute();
            if (link != null && !link.startsWith("#")) {
                return WebLink.resolve(page.base(), link).orElse(null);
            }
        }
        return null;
    }

    private int nextLeadIndex() {
        return recipe.links() == null ? 0 : 1;
    }

    private Conclusion opened(String address, int number) throws LookupException, LoggedOutException {
        flow.open(address, PAGES + "[" + number + "]");
        return flow.conclude(kind);
    }

    /** Returns the page after a click on a "next" element that has no address; null if there is no such element. */
    private @Nullable Conclusion clicked(Pages pages, Snapshot page, JsonArray before)
            throws LookupException, LoggedOutException {
        String next = pages.next();
        if (next == null
                || !view.canChange()
                || kind.lead(page, nextLeadIndex()).elements().isEmpty()) {
            return null;
        }
        Step click = new Step.Click(next, 0, true);
        new StepRunner(view, assignment).run(click, PAGES, (template, step) -> Typed.of(template));
        Deadline deadline = assignment.clock().deadline(recipe.timeouts().stepMillis(), PAGES);
        while (!deadline.over()) {
            Conclusion conclusion = flow.conclude(kind);
            JsonArray rows = conclusion.fields().getJsonArray(pages.rows());
            if (!PageFlow.isFound(conclusion) || (rows != null && !rows.equals(before))) {
                return conclusion;
            }
        }
        return null;
    }

    /** Collects the links of a page, up to the recipe's limit. */
    private void noteLinks(Snapshot page) {
        Links links = recipe.links();
        if (links == null) {
            return;
        }
        for (Element element : kind.lead(page, 0).elements()) {
            boolean matches = links.match() == null || links.match().find(element.text(), assignment.budget());
            Optional<String> address = Optional.ofNullable(matches ? element.attribute() : null)
                    .flatMap(link -> WebLink.resolve(page.base(), link));
            if (address.isPresent() && linked.size() < links.max()) {
                linked.add(WebLink.page(address.get()));
            }
        }
    }

    private void follow(Links links, JsonObject fields) throws LookupException, LoggedOutException {
        if (linked.isEmpty() && links.required()) {
            throw new LookupException(
                    ErrorCode.SELECTOR_MISSING, "The page has no link to follow (" + links.selector() + ")", LINKS);
        }
        PageKind detail = Objects.requireNonNull(PageKind.linked(recipe), LINKS);
        JsonArray rowsOfLinks = new JsonArray();
        int number = 0;
        for (String address : List.copyOf(linked)) {
            flow.open(address, LINKS + "[" + number++ + "]");
            Conclusion conclusion = flow.conclude(detail);
            if (!PageFlow.isFound(conclusion)) {
                continue;
            }
            if (links.into() == null) {
                fields.mergeIn(conclusion.fields());
            } else {
                rowsOfLinks.add(conclusion.fields());
            }
        }
        if (links.into() != null && !rowsOfLinks.isEmpty()) {
            fields.put(links.into(), rowsOfLinks);
        }
    }
}
