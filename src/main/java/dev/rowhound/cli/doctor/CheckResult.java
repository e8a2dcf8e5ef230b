package dev.rowhound.cli.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What one check came to.
 *
 * @param check what was checked, such as {@code buffering}
 * @param level how bad it is
 * @param fault what was found, or null if all is well
 * @param sentence one sentence for a person
 */
record CheckResult(String check, Level level, @Nullable Fault fault, String sentence) {
    /** How bad it is. */
    enum Level {
        /** All is well. */
        OK,
        /** Worth knowing; nothing breaks. */
        NOTE,
        /** To be changed. */
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
