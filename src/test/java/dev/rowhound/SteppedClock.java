package dev.rowhound;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test moves it. */
public final class SteppedClock extends Clock {
    private volatile Instant now;

    /** Stands at that time, such as {@code 2026-11-20T10:00:30Z}. */
    public SteppedClock(String now) {
        this.now = Instant.parse(now);
    }

    /** Moves it to that time. */
    public void set(String time) {
        now = Instant.parse(time);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("a schedule brings its zone along");
    }
}
