package dev.rowhound.schedule;

/** Thrown for an invalid parameter of a schedule. The message is one sentence that says what would be valid. */
public final class BadScheduleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;

    BadScheduleException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** Returns the invalid parameter: {@code name}, {@code cron}, {@code time_zone} or {@code missed}. */
    public String field() {
        return field;
    }
}
