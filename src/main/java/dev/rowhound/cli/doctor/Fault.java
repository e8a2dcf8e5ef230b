package dev.rowhound.cli.doctor;

import java.util.Locale;

/** What can be found wrong, or worth a note. */
enum Fault {
    /** The certificate is not to be trusted, or will not be soon. */
    TLS,
    /** The first byte of a stream comes late. */
    LATE_FIRST_BYTE,
    /** Events are held back and come in lumps. */
    BUFFERED,
    /** The stream is compressed on its way. */
    COMPRESSED,
    /** A proxy asks the node for compression. */
    ASKS_FOR_COMPRESSION,
    /** Two requests got the same stream. */
    CACHED,
    /** A header of the request or of the answer is lost. */
    HEADER_LOST,
    /** A stream in which events came was cut. */
    CUT,
    /** A stream on which events were due fell silent without an end. */
    STALLED,
    /** A request was answered by something between. */
    ERROR_ANSWER,
    /** A silent stream is cut. */
    IDLE_CUT,
    /** A silent stream is dead without being cut. */
    IDLE_LOST,
    /** A stream with heartbeats is cut all the same. */
    CUT_DESPITE_HEARTBEATS,
    /** {@code Last-Event-ID} does not come through. */
    RESUME_HEADER_LOST,
    /** A stream cannot be resumed at all. */
    RESUME_LOST,
    /** A WebSocket cannot be opened. */
    NO_WEBSOCKET,
    /** A silent WebSocket is cut. */
    SOCKET_IDLE_CUT,
    /** A WebSocket with heartbeats is cut all the same. */
    SOCKET_CUT_DESPITE_HEARTBEATS,
    /** Uploads that the node would take are refused on the way. */
    UPLOAD_LIMIT,
    /** The node is spoken to in HTTP/1.0. */
    OLD_HTTP,
    /** The client is spoken to in HTTP/1.1. */
    NO_HTTP_2,
    /** The node's clock and this machine's differ. */
    CLOCK,
    /** The node takes all clients for one. */
    ONE_CLIENT;

    /** How programs spell it. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
