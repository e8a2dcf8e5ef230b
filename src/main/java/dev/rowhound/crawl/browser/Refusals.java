package dev.rowhound.crawl.browser;

import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.egress.BrowserProxy;
import dev.rowhound.egress.EgressRefusal;
import dev.rowhound.job.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests of one item's page that the proxy refused, and whether they end the item. */
final class Refusals {
    private static final String ERROR_PAGE = "chrome-error:";

    private final @Nullable BrowserProxy proxy;
    private final List<EgressRefusal> known = new ArrayList<>();

    Refusals(@Nullable BrowserProxy proxy) {
        this.proxy = proxy;
    }

    /**
     * Checks a document that has arrived.
     *
     * @param url its address
     * @param status its status, which may come from the proxy
     * @throws LookupException if the proxy refused or truncated the document
     */
    void check(String url, int status, String step) throws LookupException {
        if (url.startsWith(ERROR_PAGE)) {
            checkNavigation(step);
        }
        for (EgressRefusal refusal : all()) {
            if (refusal.concerns(url) && (status == 0 || status >= 400 || isCut(refusal))) {
                throw toException(refusal, step);
            }
        }
    }

    /** A truncated document has its own status, but only a part of its body. */
    private static boolean isCut(EgressRefusal refusal) {
        return refusal.code() == ErrorCode.TOO_LARGE;
    }

    /**
     * Checks a navigation that brought no document: the last refusal is its reason.
     *
     * @throws LookupException if the proxy refused anything
     */
    void checkNavigation(String step) throws LookupException {
        List<EgressRefusal> all = all();
        if (!all.isEmpty()) {
            throw toException(all.get(all.size() - 1), step);
        }
    }

    private static LookupException toException(EgressRefusal refusal, String step) {
        return new LookupException(refusal.code(), refusal.reason(), step);
    }

    private List<EgressRefusal> all() {
        if (proxy != null) {
            known.addAll(proxy.refusals());
        }
        return known;
    }
}
