package dev.rowhound.crawl.outbound;

import dev.rowhound.job.ErrorCode;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one gate share. It is changed on the gate's event loop only, but for what is read from
 * elsewhere.
 */
final class GateState {
    final Refusals refusals = new Refusals();
    final LongAdder requests = new LongAdder();
    final LongAdder bytes = new LongAdder();

    private final Proxies proxies;
    private final long mostBytes;

    private EgressPolicy policy = EgressPolicy.DIRECT;
    private long item;

    GateState(Proxies proxies, long mostBytes) {
        this.proxies = proxies;
        this.mostBytes = mostBytes;
    }

    /** What holds for everything that is asked for. */
    EgressPolicy policy() {
        return policy;
    }

    /** Counts the items, so that a connection that outlives one knows. */
    long item() {
        return item;
    }

    /** The most bytes of one answer. */
    long mostBytes() {
        return mostBytes;
    }

    void begin(EgressPolicy next) {
        policy = next;
        item++;
        refusals.drain();
    }

    /** Notes a failure and, if it was the proxy's, with whom. */
    void note(OutboundException e, Target target, @Nullable UpstreamProxy through) {
        refusals.note(e.code(), target.host().text(), target.port(), String.valueOf(e.getMessage()));
        if (through != null && e.code() == ErrorCode.PROXY) {
            proxies.failed(through);
        }
    }

    /** Notes that the proxy did its work. */
    void worked(@Nullable UpstreamProxy through) {
        if (through != null) {
            proxies.worked(through);
        }
    }

    /** Notes that an answer was cut. */
    void tooLarge(Target target) {
        refusals.note(
                ErrorCode.TOO_LARGE,
                target.host().text(),
                target.port(),
                "An answer of " + target + " is larger than " + mostBytes + " bytes (crawl.max_response_bytes)");
    }
}
