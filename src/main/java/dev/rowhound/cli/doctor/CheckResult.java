package dev.rowhound.cli.doctor;

import org.jspecify.annotations.Nullable;

/**
 * The result of a check.
 *
 * @param check the check's name, such as {@code buffering}
 * @param level the severity
 * @param fault the fault, or null if there is none
 * @param sentence one sentence for people
 */
record CheckResult(String check, Level level, @Nullable Fault fault, String sentence) {
    enum Level {
        /** No fault. */
        OK,
        /** Worth knowing, but harmless. */
        NOTE,
        /** Needs a change. */
        FINDING
    }

    static CheckResult ok(String check, String sentence) {
        return new CheckResult(check, Level.OK, null, sentence);
    }

    static CheckResult note(String check, Fault fault, String sentence) {
        return new CheckResult(check, Level.NOTE, fault, sentence);
    }

    static CheckResult finding(String check, Fault fault, String sentence) {
        return new CheckResult(check, Level.FINDING, fault, sentence);
    }
}
