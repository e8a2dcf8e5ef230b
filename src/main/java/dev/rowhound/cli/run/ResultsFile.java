package dev.rowhound.cli.run;

import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.client.ServerClient.BrokenDownloadException;
import dev.rowhound.cli.console.CommandFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import picocli.CommandLine.ExitCode;

/** Writes results to a file, completely or not at all. */
public final class ResultsFile {
    private static final int MAX_ATTEMPTS = 3;

    private ResultsFile() {}

    /**
     * Checks that the file can be written.
     *
     * @throws CommandFailure with {@link ExitCode#USAGE} if not
     */
    public static void check(Path target) {
        if (Files.isDirectory(target)) {
            throw unusable(target, "is a folder; use a file name");
        }
        Path folder = folder(target);
        if (!Files.isDirectory(folder)) {
            throw unusable(target, "cannot be written: there is no folder " + folder);
        }
        if (!Files.isWritable(folder) || (Files.exists(target) && !Files.isWritable(target))) {
            throw unusable(target, "cannot be written: permission denied");
        }
    }

    /** Fetches a job's results and replaces the file when they are complete. */
    public static void save(ServerClient server, String job, String format, Path target) throws InterruptedException {
        Path absolute = target.toAbsolutePath();
        Path part = folder(target).resolve(absolute.getFileName() + "." + job + ".part");
        try {
            fetch(server, job, format, part);
            try {
                Files.move(part, absolute, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (BrokenDownloadException e) {
            throw new CommandFailure("the results arrived incomplete, in " + MAX_ATTEMPTS + " tries: " + e.getMessage()
                    + "; fetch them from " + server.base() + "/api/v1/jobs/" + job + "/results");
        } catch (IOException e) {
            throw new CommandFailure("the results could not be written to " + target + ": "
                    + CommandFailure.sentence(e) + "; the server still has them at "
                    + server.base() + "/api/v1/jobs/" + job + "/results");
        } finally {
            deleteLeftOver(part);
        }
    }

    private static void fetch(ServerClient server, String job, String format, Path part)
            throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try (OutputStream stream = Files.newOutputStream(part)) {
                server.results(job, format, stream);
                return;
            } catch (BrokenDownloadException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Copies a job's results to a stream and leaves it open. */
    static void copy(ServerClient server, String job, String format, OutputStream stream) throws InterruptedException {
        try {
            server.results(job, format, stream);
            stream.flush();
        } catch (IOException e) {
            throw new CommandFailure("the results arrived incomplete: " + CommandFailure.sentence(e));
        }
    }

    private static Path folder(Path target) {
        Path folder = target.toAbsolutePath().getParent();
        return folder == null ? target.toAbsolutePath() : folder;
    }

    private static void deleteLeftOver(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // The user learns why the download failed; a leftover part file does no harm.
        }
    }

    private static CommandFailure unusable(Path target, String why) {
        return new CommandFailure(target + " " + why, ExitCode.USAGE);
    }
}
