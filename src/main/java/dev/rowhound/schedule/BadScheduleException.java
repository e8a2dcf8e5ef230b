package dev.rowhound.schedule;

/** What a schedule was to be made with cannot be used. The message is one sentence that says what would be right. */
public final class BadScheduleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;

    BadScheduleException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** Which part of it is at fault: {@code name}, {@code cron}, {@code time_zone} or {@code missed}. */
    public String field() {
        return field;
    }
}
