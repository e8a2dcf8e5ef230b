package dev.rowhound.cli.run;

import dev.rowhound.cli.console.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ExitCode;

/** Checks the input file. */
public final class InputFile {
    private InputFile() {}

    /**
     * Checks that the file can be uploaded.
     *
     * @throws CommandFailure with {@link ExitCode#USAGE} if not
     */
    public static void check(Path file) {
        if (!Files.exists(file)) {
            throw unusable(file, "does not exist");
        }
        if (!Files.isRegularFile(file)) {
            throw unusable(file, "is not a file; use a CSV file");
        }
        if (!Files.isReadable(file)) {
            throw unusable(file, "cannot be read: permission denied");
        }
        try {
            if (Files.size(file) == 0) {
                throw unusable(file, "is empty; use a CSV file with one row per look-up");
            }
        } catch (IOException e) {
            throw unusable(file, "cannot be read: " + CommandFailure.sentence(e));
        }
    }

    private static CommandFailure unusable(Path file, String why) {
        return new CommandFailure(file + " " + why, ExitCode.USAGE);
    }
}
