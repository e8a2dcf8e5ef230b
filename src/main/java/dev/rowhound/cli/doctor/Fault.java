package dev.rowhound.cli.doctor;

import java.util.Locale;

/** The faults that the doctor can find. */
enum Fault {
    /** The certificate is not trusted. */
    TLS,
    /** The first byte of a stream arrives late. */
    LATE_FIRST_BYTE,
    /** Events are buffered and arrive in batches. */
    BUFFERED,
    /** A proxy compresses the stream. */
    COMPRESSED,
    /** A proxy asks the node for compression. */
    ASKS_FOR_COMPRESSION,
    /** Two requests received the same stream. */
    CACHED,
    /** A header of the request or response is lost. */
    HEADER_LOST,
    /** A stream with events was cut. */
    CUT,
    /** A stream stopped delivering events without ending. */
    STALLED,
    /** A proxy responded instead of the node. */
    ERROR_ANSWER,
    /** An idle stream is cut. */
    IDLE_CUT,
    /** An idle stream is lost without being closed. */
    IDLE_LOST,
    /** A stream is cut in spite of heartbeats. */
    CUT_DESPITE_HEARTBEATS,
    /** {@code Last-Event-ID} does not reach the node. */
    RESUME_HEADER_LOST,
    RESUME_LOST,
    NO_WEBSOCKET,
    /** An idle WebSocket is cut. */
    SOCKET_IDLE_CUT,
    /** A WebSocket is cut in spite of heartbeats. */
    SOCKET_CUT_DESPITE_HEARTBEATS,
    /** A proxy refuses uploads that the node accepts. */
    UPLOAD_LIMIT,
    /** A proxy uses HTTP/1.0 to the node. */
    OLD_HTTP,
    /** Clients are served over HTTP/1.1. */
    NO_HTTP_2,
    /** The clocks of the node and of this machine differ. */
    CLOCK,
    /** The node sees all clients under one address. */
    ONE_CLIENT;

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
