package dev.rowhound.crawl.browser;

import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.egress.BrowserProxy;
import dev.rowhound.egress.EgressRefusal;
import dev.rowhound.job.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the proxy has refused to one item's page, and whether the item ends by that. */
final class Refusals {
    private static final String ERROR_PAGE = "chrome-error:";

    private final @Nullable BrowserProxy proxy;
    private final List<EgressRefusal> known = new ArrayList<>();

    /** What that proxy has refused since the item began. */
    Refusals(@Nullable BrowserProxy proxy) {
        this.proxy = proxy;
    }

    /**
     * Judges a document that has come.
     *
     * @param url its address
     * @param status its status, which may be the proxy's own
     * @throws LookupException if it is the proxy's answer, or was cut by it
     */
    void check(String url, int status, String step) throws LookupException {
        if (url.startsWith(ERROR_PAGE)) {
            checkNavigation(step);
        }
        for (EgressRefusal refusal : all()) {
            if (refusal.concerns(url) && (status == 0 || status >= 400 || isCut(refusal))) {
                throw told(refusal, step);
            }
        }
    }

    /** Such a document has its own status, and only a part of its body. */
    private static boolean isCut(EgressRefusal refusal) {
        return refusal.code() == ErrorCode.TOO_LARGE;
    }

    /**
     * Judges a document that has not come: what the proxy refused last is what led nowhere.
     *
     * @throws LookupException if it refused anything
     */
    void checkNavigation(String step) throws LookupException {
        List<EgressRefusal> all = all();
        if (!all.isEmpty()) {
            throw told(all.get(all.size() - 1), step);
        }
    }

    private static LookupException told(EgressRefusal refusal, String step) {
        return new LookupException(refusal.code(), refusal.reason(), step);
    }

    private List<EgressRefusal> all() {
        if (proxy != null) {
            known.addAll(proxy.refusals());
        }
        return known;
    }
}
