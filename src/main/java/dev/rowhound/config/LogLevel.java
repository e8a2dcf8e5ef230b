package dev.rowhound.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The least level that is logged. */
public enum LogLevel {
    /** What has failed. */
    ERROR,
    /** What is to be looked at. */
    WARN,
    /** What happens to jobs and nodes. */
    INFO,
    /** What the parts do. */
    DEBUG,
    /** Everything. */
    TRACE,
    /** Nothing. */
    OFF;

    /** What Python, syslog, java.util.logging and Node.js call them. */
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

    /** The level of that name, in letters of either case, by which other programs may call it; null for what is none. */
    public static @Nullable LogLevel of(String name) {
        String small = name.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(level -> level.wire().equals(small))
                .findFirst()
                .orElse(OTHER_NAMES.get(small));
    }

    /** Their names in the configuration, for a sentence. */
    public static String names() {
        return Arrays.stream(values()).map(LogLevel::wire).collect(Collectors.joining(", "));
    }

    /** Its name in the configuration. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
