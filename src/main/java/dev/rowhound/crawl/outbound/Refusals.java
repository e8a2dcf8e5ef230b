package dev.rowhound.crawl.outbound;

import dev.rowhound.job.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** What a gate refused since it was last asked; safe for use by several threads. */
final class Refusals {
    private static final int MOST = 100;

    private final List<Refusal> noted = new ArrayList<>();

    synchronized void note(ErrorCode code, String host, int port, String reason) {
        if (noted.size() >= MOST) {
            return;
        }
        for (Refusal known : noted) {
            if (known.code() == code && known.port() == port && known.host().equals(host)) {
                return;
            }
        }
        noted.add(new Refusal(code, host, port, reason));
    }

    synchronized List<Refusal> drain() {
        List<Refusal> all = List.copyOf(noted);
        noted.clear();
        return all;
    }
}
