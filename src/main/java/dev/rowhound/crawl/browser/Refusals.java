package dev.rowhound.crawl.browser;

import dev.rowhound.crawl.outbound.Gate;
import dev.rowhound.crawl.outbound.Refusal;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.job.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the gate has refused to one item's page, and whether the item ends by that. */
final class Refusals {
    private static final String ERROR_PAGE = "chrome-error:";

    private final @Nullable Gate gate;
    private final List<Refusal> known = new ArrayList<>();

    /** What that gate has refused since the item began. */
    Refusals(@Nullable Gate gate) {
        this.gate = gate;
    }

    /**
     * Judges a document that has come.
     *
     * @param url its address
     * @param status its status, which may be the gate's own
     * @throws LookupException if it is the gate's answer, or was cut by it
     */
    void check(String url, int status, String step) throws LookupException {
        if (url.startsWith(ERROR_PAGE)) {
            checkNavigation(step);
        }
        for (Refusal refusal : all()) {
            if (refusal.concerns(url) && (status == 0 || status >= 400 || isCut(refusal))) {
                throw told(refusal, step);
            }
        }
    }

    /** Such a document has its own status, and only a part of its body. */
    private static boolean isCut(Refusal refusal) {
        return refusal.code() == ErrorCode.TOO_LARGE;
    }

    /**
     * Judges a document that has not come: what the gate refused last is what led nowhere.
     *
     * @throws LookupException if it refused anything
     */
    void checkNavigation(String step) throws LookupException {
        List<Refusal> all = all();
        if (!all.isEmpty()) {
            throw told(all.get(all.size() - 1), step);
        }
    }

    private static LookupException told(Refusal refusal, String step) {
        return new LookupException(refusal.code(), refusal.reason(), step);
    }

    private List<Refusal> all() {
        if (gate != null) {
            known.addAll(gate.refusals());
        }
        return known;
    }
}
