package dev.rowhound.cli.client;

/**
 * One event of an event stream.
 *
 * @param id the last id that the stream gave, with this event or before it; empty if it gave none
 * @param type the event's type, {@code message} where it names none
 * @param data its data, lines joined by line feeds
 */
public record ServerSentEvent(String id, String type, String data) {}
