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
 * The times that a cron expression stands for in a time zone.
 *
 * <p>The clock of a zone jumps twice a year in many places. An expression whose hour is {@code *} goes on by real time:
 * nothing in an hour that does not exist, each time in an hour that comes twice. Any other keeps to the clock on the
 * wall, and comes once for each of its times: one that does not exist, at the end of the gap; one that comes twice, the
 * first time.
 */
public final class CronTimes {
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private static final String WANTED =
            "; give five fields, minute, hour, day of the month, month, day of the week, " + "such as \"30 6 * * 1-5\"";

    private static final int FIELDS = 5;
    private static final int HOUR = 1;
    private static final int MAX_LENGTH = 200;

    /** Between two times lies at least that. */
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
     * Reads an expression.
     *
     * @param expression five fields, as crontab has them
     * @param timeZone a name of the IANA's
     * @throws BadScheduleException if either is not one, or the expression has no times
     */
    public static CronTimes of(String expression, String timeZone) {
        ZoneId zone = zone(timeZone);
        String[] fields = expression.strip().split("\\s+");
        if (fields.length != FIELDS || expression.length() > MAX_LENGTH) {
            throw new BadScheduleException("cron", "\"" + shortened(expression) + "\" is no cron expression" + WANTED);
        }
        ExecutionTime wallTimes;
        try {
            Cron cron = PARSER.parse(String.join(" ", fields)).validate();
            wallTimes = ExecutionTime.forCron(cron);
        } catch (IllegalArgumentException e) {
            throw new BadScheduleException(
                    "cron", "\"" + expression + "\" is no cron expression: " + innermost(e) + WANTED);
        }
        CronTimes times = new CronTimes(wallTimes, zone, fields[HOUR].equals("*") || fields[HOUR].equals("*/1"));
        if (times.next(Instant.EPOCH) == null) {
            throw new BadScheduleException("cron", "\"" + expression + "\" names a day that no year has" + WANTED);
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
                "\"" + shortened(name) + "\" is no time zone; "
                        + (nearest == null
                                ? "give a name such as \"Asia/Ho_Chi_Minh\" or \"UTC\""
                                : "did you mean \"" + nearest + "\"?"));
    }

    private static String shortened(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "…";
    }

    /** The parser puts one sentence around another. */
    private static String innermost(Throwable error) {
        Throwable inner = error;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        String message = String.valueOf(inner.getMessage()).strip();
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    /** The first time after that one, or null where there is none. */
    public @Nullable Instant next(Instant after) {
        Instant second = hourly ? secondPass(after) : null;
        LocalDateTime wall = LocalDateTime.ofInstant(after, zone);
        while (true) {
            wall = nextOnTheWall(wall);
            if (wall == null) {
                return second;
            }
            Instant time = firstAfter(after, wall);
            if (time != null) {
                return second != null && second.isBefore(time) ? second : time;
            }
        }
    }

    /** The next times after that one, at most so many. */
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
     * The last time that is not after {@code end}.
     *
     * @param time one of the expression's times, not after {@code end}
     */
    public Instant last(Instant time, Instant end) {
        Instant latest = next(time);
        if (latest == null || latest.isAfter(end)) {
            return time;
        }
        // The last one is the next of any moment from its forerunner on; the latest such moment is looked for.
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

    /** The library counts on a clock without jumps. */
    private @Nullable LocalDateTime nextOnTheWall(LocalDateTime after) {
        return wallTimes
                .nextExecution(after.atZone(ZoneOffset.UTC))
                .map(ZonedDateTime::toLocalDateTime)
                .orElse(null);
    }

    /** The first moment after the given one at which the wall's clock stands for that time. */
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

    /** Where the moment is in the first pass of an hour that comes twice: the first time of the second pass. */
    private @Nullable Instant secondPass(Instant after) {
        ZoneOffsetTransition jump = zone.getRules().nextTransition(after);
        if (jump == null || !jump.isOverlap()) {
            return null;
        }
        // The time before the jump stands behind the one after it: between the two, the wall's times come twice.
        LocalDateTime begin = jump.getDateTimeAfter();
        if (LocalDateTime.ofInstant(after, zone).isBefore(begin)) {
            return null;
        }
        LocalDateTime wall = nextOnTheWall(begin.minusSeconds(1));
        return wall == null || !wall.isBefore(jump.getDateTimeBefore()) ? null : wall.toInstant(jump.getOffsetAfter());
    }
}
