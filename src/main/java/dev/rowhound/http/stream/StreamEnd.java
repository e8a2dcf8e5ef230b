package dev.rowhound.http.stream;

/** Why the server ends a stream, and what a WebSocket's client is told by its close code (RFC 6455, section 7.4). */
public enum StreamEnd {
    /** The client has the last event, and nothing will follow. */
    ENDED(1000, "ended"),
    /** The node stops. */
    SHUTDOWN(1012, "shutdown"),
    /** The stream is old; a fresh one may reach another node. */
    ROTATED(1012, "rotated"),
    /** The reader has taken nothing for too long; its connection is cut, so that no code reaches it. */
    STALLED(1013, "stalled"),
    /** The job is no longer there. */
    GONE(4404, "no_such_job");

    private final short code;
    private final String reason;

    StreamEnd(int code, String reason) {
        this.code = (short) code;
        this.reason = reason;
    }

    /** The close code of a WebSocket. */
    public short code() {
        return code;
    }

    /** The reason beside the code. */
    public String reason() {
        return reason;
    }
}
