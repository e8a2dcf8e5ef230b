package dev.trawl.crawl.outbound;

/** The parts of the way out, put together. */
final class Exit {
    private Exit() {}

    static Outbound open(OutboundConfig config, Resolver resolver, Limits limits) {
        throw new UnsupportedOperationException();
    }
}
