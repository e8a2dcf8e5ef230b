package dev.rowhound.crawl.outbound;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A gate whose proxy runs. */
final class OpenGate implements Gate {
    private static final long PATIENCE_SECONDS = 10;

    private final Vertx vertx;
    private final FilteringProxy proxy;
    private final GateState state;
    private final String deployment;
    private final Consumer<OpenGate> closed;

    private OpenGate(Vertx vertx, FilteringProxy proxy, GateState state, String deployment, Consumer<OpenGate> closed) {
        this.vertx = vertx;
        this.proxy = proxy;
        this.state = state;
        this.deployment = deployment;
        this.closed = closed;
    }

    /**
     * Opens one.
     *
     * @param closed told when it has been closed
     * @throws IllegalStateException if no port can be had
     */
    static OpenGate open(Vertx vertx, GateState state, Routes routes, Limits limits, Consumer<OpenGate> closed) {
        FilteringProxy proxy = new FilteringProxy(state, routes, limits);
        return new OpenGate(vertx, proxy, state, await(vertx.deployVerticle(proxy)), closed);
    }

    @Override
    public int port() {
        return proxy.port();
    }

    @Override
    public void begin(EgressPolicy policy) {
        await(proxy.begin(policy));
    }

    @Override
    public List<Refusal> refusals() {
        return state.refusals.drain();
    }

    @Override
    public Traffic traffic() {
        return new Traffic(state.requests.sum(), state.bytes.sum());
    }

    @Override
    public void close() {
        closed.accept(this);
        // It may have been closed with all the others already.
        await(vertx.undeploy(deployment).otherwiseEmpty());
    }

    private static <T> T await(Future<T> future) {
        return Waiting.orFail(future, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
