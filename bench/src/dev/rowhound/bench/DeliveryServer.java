package dev.rowhound.bench;

import io.vertx.core.json.JsonObject;

/** One of those whose delivery is compared: a server with one stream of events, and who publishes to it. */
interface DeliveryServer extends AutoCloseable {
    /** Where it listens on the loopback. */
    int port();

    /** The stream's path for watchers that begin at present. */
    String prepare() throws Exception;

    /**
     * Begins to publish.
     *
     * @param hz how many events a second
     * @param bytes how long an event is, where that can be chosen
     */
    void publish(int hz, int bytes) throws Exception;

    /** Ends that; how many events were published. */
    long stop() throws Exception;

    /** What it consists of. */
    ProcessTree tree();

    /** A server that publishes by itself, in a process that is asked a line at a time. */
    static DeliveryServer of(Side side) throws Exception {
        int port = side.call(request("open")).getInteger("port");
        return new DeliveryServer() {
            @Override
            public int port() {
                return port;
            }

            @Override
            public String prepare() throws Exception {
                return side.call(request("prepare")).getString("path");
            }

            @Override
            public void publish(int hz, int bytes) throws Exception {
                side.call(request("publish").put("hz", hz).put("bytes", bytes));
            }

            @Override
            public long stop() throws Exception {
                return side.call(request("stop")).getLong("published");
            }

            @Override
            public ProcessTree tree() {
                return side.tree();
            }

            @Override
            public void close() throws Exception {
                side.close();
            }
        };
    }

    private static JsonObject request(String operation) {
        return new JsonObject().put("op", operation);
    }
}
