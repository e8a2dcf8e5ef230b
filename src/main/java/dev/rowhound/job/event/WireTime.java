package dev.rowhound.job.event;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Formats times for the wire: UTC with milliseconds, such as {@code 2026-11-22T04:00:00.120Z}. */
public final class WireTime {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    private WireTime() {}

    public static String of(Instant time) {
        return FORMAT.format(time);
    }

    public static String ofMillis(long millis) {
        return of(Instant.ofEpochMilli(millis));
    }
}
