package dev.rowhound.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The lowest level that is logged. */
public enum LogLevel {
    /** Failures. */
    ERROR,
    /** Conditions that an operator should look at. */
    WARN,
    /** Events of jobs and nodes. */
    INFO,
    /** Internals of components. */
    DEBUG,
    TRACE,
    OFF;

    /** Level names of Python, syslog, java.util.logging and Node.js. */
    private static final Map<String, LogLevel> OTHER_NAMES = Map.ofEntries(
            Map.entry("none", OFF),
            Map.entry("silent", OFF),
            Map.entry("alert", ERROR),
            Map.entry("crit", ERROR),
            Map.entry("critical", ERROR),
            Map.entry("emerg", ERROR),
            Map.entry("err", ERROR),
            Map.entry("fatal", ERROR),
            Map.entry("severe", ERROR),
            Map.entry("warning", WARN),
            Map.entry("notice", INFO),
            Map.entry("information", INFO),
            Map.entry("fine", DEBUG),
            Map.entry("verbose", DEBUG),
            Map.entry("all", TRACE),
            Map.entry("finest", TRACE));

    /** Returns the level with that name, in any case, also by its names in other frameworks; null if unknown. */
    public static @Nullable LogLevel of(String name) {
        String lowerCase = name.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(level -> level.wire().equals(lowerCase))
                .findFirst()
                .orElse(OTHER_NAMES.get(lowerCase));
    }

    /** Returns all names, comma-separated, for a message. */
    public static String names() {
        return Arrays.stream(values()).map(LogLevel::wire).collect(Collectors.joining(", "));
    }

    /** Returns the name in the configuration. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
