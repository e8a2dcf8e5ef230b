package dev.rowhound.fault;

/**
 * How a watcher's connection ended.
 *
 * @param via how it was connected
 * @param node the authority that it was connected to
 * @param clean whether it was the server who ended it in good order
 * @param code a WebSocket's close code, or an answer's status where it was not the wanted one; 0 for none
 * @param cause what went wrong, empty where nothing did
 * @param retry the last {@code retry} of an SSE stream in milliseconds, 0 for none
 * @param millis when, in milliseconds since 1970
 */
record Ending(Via via, String node, boolean clean, int code, String cause, int retry, long millis) {
    /** How a watcher is connected. */
    enum Via {
        SSE,
        SOCKET,
        POLL
    }
}
