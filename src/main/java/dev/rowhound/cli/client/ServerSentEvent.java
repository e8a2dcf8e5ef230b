package dev.rowhound.cli.client;

/**
 * An event of an event stream.
 *
 * @param id the last event id of the stream so far; empty if there was none
 * @param type the event's type, {@code message} by default
 * @param data the data, with lines joined by line feeds
 */
public record ServerSentEvent(String id, String type, String data) {}
