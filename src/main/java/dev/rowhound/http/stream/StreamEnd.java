package dev.rowhound.http.stream;

/** The reason why the server ends a stream, with the WebSocket close code for the client (RFC 6455, section 7.4). */
public enum StreamEnd {
    /** The client has the last event. */
    ENDED(1000, "ended"),
    /** The node is shutting down. */
    SHUTDOWN(1012, "shutdown"),
    /** The stream has reached its maximum age; a new one may reach another node. */
    ROTATED(1012, "rotated"),
    /** The client stopped reading. Its connection is cut, so the code does not reach it. */
    STALLED(1013, "stalled"),
    /** The job does not exist. */
    GONE(4404, "no_such_job");

    private final short code;
    private final String reason;

    StreamEnd(int code, String reason) {
        this.code = (short) code;
        this.reason = reason;
    }

    public short code() {
        return code;
    }

    public String reason() {
        return reason;
    }
}
