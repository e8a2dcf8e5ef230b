package dev.rowhound.schedule;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.rowhound.config.NearestName;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes the fire times of a cron expression in a time zone.
 *
 * <p>When a zone's clock jumps, an expression whose hour is {@code *} follows elapsed time: it has no times in an hour
 * that is skipped, and fires in both passes of an hour that repeats. Any other expression follows the wall clock and
 * fires once for each of its times: a skipped time fires at the end of the gap, a repeated time fires in the first
 * pass.
 */
public final class CronTimes {
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private static final String EXPECTED =
            "; use five fields, minute, hour, day of the month, month, day of the week, " + "such as \"30 6 * * 1-5\"";

    private static final int FIELDS = 5;
    private static final int HOUR = 1;
    private static final int MAX_LENGTH = 200;

    /** The minimum distance of two times. */
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ExecutionTime wallTimes;
    private final ZoneId zone;
    private final boolean hourly;

    private CronTimes(ExecutionTime wallTimes, ZoneId zone, boolean hourly) {
        this.wallTimes = wallTimes;
        this.zone = zone;
        this.hourly = hourly;
    }

    /**
     * Parses an expression.
     *
     * @param expression the five fields of a crontab
     * @param timeZone an IANA name
     * @throws BadScheduleException if either is invalid, or the expression has no times
     */
    public static CronTimes of(String expression, String timeZone) {
        ZoneId zone = zone(timeZone);
        String[] fields = expression.strip().split("\\s+");
        if (fields.length != FIELDS || expression.length() > MAX_LENGTH) {
            throw new BadScheduleException(
                    "cron", "\"" + shortened(expression) + "\" is not a cron expression" + EXPECTED);
        }
        ExecutionTime wallTimes;
        try {
            Cron cron = PARSER.parse(String.join(" ", fields)).validate();
            wallTimes = ExecutionTime.forCron(cron);
        } catch (IllegalArgumentException e) {
            throw new BadScheduleException(
                    "cron", "\"" + expression + "\" is not a cron expression: " + innermost(e) + EXPECTED);
        }
        CronTimes times = new CronTimes(wallTimes, zone, fields[HOUR].equals("*") || fields[HOUR].equals("*/1"));
        if (times.next(Instant.EPOCH) == null) {
            throw new BadScheduleException("cron", "\"" + expression + "\" names a day that does not exist" + EXPECTED);
        }
        return times;
    }

    private static ZoneId zone(String name) {
        Set<String> known = ZoneId.getAvailableZoneIds();
        if (known.contains(name)) {
            return ZoneId.of(name);
        }
        String nearest = NearestName.of(name, known);
        throw new BadScheduleException(
                "time_zone",
                "\"" + shortened(name) + "\" is not a time zone; "
                        + (nearest == null
                                ? "use a name such as \"Asia/Ho_Chi_Minh\" or \"UTC\""
                                : "did you mean \"" + nearest + "\"?"));
    }

    private static String shortened(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
    }

    /** Returns the innermost message: the parser wraps its errors. */
    private static String innermost(Throwable error) {
        Throwable inner = error;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        String message = String.valueOf(inner.getMessage()).strip();
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    /** Returns the first time after the given one, or null if there is none. */
    public @Nullable Instant next(Instant after) {
        Instant secondPass = hourly ? secondPass(after) : null;
        LocalDateTime wall = LocalDateTime.ofInstant(after, zone);
        while (true) {
            wall = nextWallTime(wall);
            if (wall == null) {
                return secondPass;
            }
            Instant time = firstAfter(after, wall);
            if (time != null) {
                return secondPass != null && secondPass.isBefore(time) ? secondPass : time;
            }
        }
    }

    /** Returns at most {@code most} times after the given one. */
    public List<Instant> next(Instant after, int most) {
        List<Instant> times = new ArrayList<>();
        Instant time = next(after);
        while (time != null && times.size() < most) {
            times.add(time);
            time = next(time);
        }
        return times;
    }

    /**
     * Returns the last time that is not after {@code end}.
     *
     * @param time one of the expression's times, not after {@code end}
     */
    public Instant last(Instant time, Instant end) {
        Instant latest = next(time);
        if (latest == null || latest.isAfter(end)) {
            return time;
        }
        // Binary search: the last time is next(t) for every t from its predecessor on; find the latest such t.
        long low = 0;
        long high = Duration.between(time, end).dividedBy(MINUTE) + 1;
        while (high - low > 1) {
            long middle = (low + high) >>> 1;
            Instant found = next(time.plus(MINUTE.multipliedBy(middle)));
            if (found != null && !found.isAfter(end)) {
                low = middle;
                latest = found;
            } else {
                high = middle;
            }
        }
        return latest;
    }

    /** Returns the next wall-clock time; in UTC, because the library must not see the zone's jumps. */
    private @Nullable LocalDateTime nextWallTime(LocalDateTime after) {
        return wallTimes
                .nextExecution(after.atZone(ZoneOffset.UTC))
                .map(ZonedDateTime::toLocalDateTime)
                .orElse(null);
    }

    /** Returns the first moment after {@code after} at which the wall clock shows {@code wall}, or null. */
    private @Nullable Instant firstAfter(Instant after, LocalDateTime wall) {
        List<Instant> moments = new ArrayList<>();
        ZoneOffsetTransition jump = zone.getRules().getTransition(wall);
        if (jump == null) {
            moments.add(wall.atZone(zone).toInstant());
        } else if (jump.isGap()) {
            if (!hourly) {
                moments.add(jump.getInstant());
            }
        } else {
            moments.add(wall.toInstant(jump.getOffsetBefore()));
            if (hourly) {
                moments.add(wall.toInstant(jump.getOffsetAfter()));
            }
        }
        return moments.stream()
                .filter(moment -> moment.isAfter(after))
                .findFirst()
                .orElse(null);
    }

    /** During the first pass of a repeated hour, returns the first time in its second pass. */
    private @Nullable Instant secondPass(Instant after) {
        ZoneOffsetTransition jump = zone.getRules().nextTransition(after);
        if (jump == null || !jump.isOverlap()) {
            return null;
        }
        // An overlap repeats the wall-clock times from "after" to "before" the jump.
        LocalDateTime begin = jump.getDateTimeAfter();
        if (LocalDateTime.ofInstant(after, zone).isBefore(begin)) {
            return null;
        }
        LocalDateTime wall = nextWallTime(begin.minusSeconds(1));
        return wall == null || !wall.isBefore(jump.getDateTimeBefore()) ? null : wall.toInstant(jump.getOffsetAfter());
    }
}
