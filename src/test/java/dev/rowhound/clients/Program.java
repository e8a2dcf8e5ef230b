package dev.rowhound.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs of other languages, which have to be on the PATH, and keeps what is fetched for them. */
final class Program {
    private static final Path BUILD =
            Path.of(System.getProperty("rowhound.build", "target")).toAbsolutePath();

    private static final Map<String, String> HOW = Map.of(
            "node", "install Node.js 20 or newer",
            "npm", "install Node.js 20 or newer, with npm",
            "python3", "install Python 3.10 or newer, with pip",
            "go", "install Go 1.21 or newer");

    private Program() {}

    /** Fills a folder with what was fetched. */
    interface Fetch {
        void into(Path folder) throws Exception;
    }

    /**
     * A folder of that name under the build's; it is filled once.
     *
     * @param wanted says what it is filled with, so that it is filled anew when that changes
     */
    static synchronized Path fetched(String name, String wanted, Fetch fetch) throws Exception {
        Path folder = Files.createDirectories(BUILD.resolve(name));
        Path mark = folder.resolve("fetched.txt");
        if (!Files.exists(mark) || !Files.readString(mark).equals(wanted)) {
            fetch.into(folder);
            Files.writeString(mark, wanted);
        }
        return folder;
    }

    /** Runs a command to its end; what it has written. Throws that if it fails or takes more than the seconds. */
    static String run(int seconds, Path folder, List<String> command, Map<String, String> environment)
            throws Exception {
        Path log = Files.createTempFile("rowhound-program-", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("NO_COLOR", "1");
            builder.environment().putAll(environment);
            Process process = start(builder, command.get(0));
            boolean over;
            try {
                over = process.waitFor(seconds, TimeUnit.SECONDS);
            } finally {
                process.destroyForcibly();
            }
            String said = Files.readString(log, StandardCharsets.UTF_8);
            if (!over || process.exitValue() != 0) {
                String how = over ? "ended with " + process.exitValue() : "did not end within " + seconds + " s";
                throw new AssertionError(String.join(" ", command) + " " + how + ":\n" + said);
            }
            return said;
        } finally {
            Files.delete(log);
        }
    }

    private static Process start(ProcessBuilder builder, String program) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(
                    program + " is needed on the PATH; " + HOW.getOrDefault(program, "it could not be built"), e);
        }
    }
}
