package dev.rowhound.bench;

import io.vertx.core.json.JsonObject;

/** A server in the delivery benchmark, with one event stream and its publisher. */
interface DeliveryServer extends AutoCloseable {
    /** The port on the loopback interface. */
    int port();

    /** Returns the stream's path for watchers of new events. */
    String prepare() throws Exception;

    /**
     * Starts publishing events.
     *
     * @param hz events per second
     * @param bytes the length of an event, if the server supports a choice
     */
    void publish(int hz, int bytes) throws Exception;

    /** Stops publishing and returns the number of published events. */
    long stop() throws Exception;

    /** The processes of the server. */
    ProcessTree tree();

    /** Creates a server whose own process publishes events, controlled by the protocol of {@link Side}. */
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
