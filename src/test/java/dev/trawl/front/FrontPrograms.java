package dev.trawl.front;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Finds the programs of the front ends, and installs what is missing where that is allowed. */
final class FrontPrograms {
    private static final Path SCRIPT = Path.of(System.getProperty("trawl.home", "."), "src/test/sh/install-fronts")
            .toAbsolutePath();

    /** An ordinary user's PATH has no folders of the system's programs. */
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    /** What became of the attempt to install a program, so that it is tried once a run. */
    private static final Map<String, String> ATTEMPTS = new ConcurrentHashMap<>();

    private FrontPrograms() {}

    /** The program's path. Where it is missing and cannot be installed, the test is aborted, saying what to install. */
    static Path require(String program) {
        Optional<Path> found = find(program);
        if (found.isPresent()) {
            return found.get();
        }
        String told = ATTEMPTS.computeIfAbsent(program, FrontPrograms::install);
        return find(program)
                .orElseGet(() -> Assumptions.abort("This test needs " + program + ": install it, such as by"
                        + " src/test/sh/install-fronts " + program + " as root, which said here: " + told));
    }

    private static Optional<Path> find(String program) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), SYSTEM_FOLDERS.stream())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String install(String program) {
        try {
            Process script = new ProcessBuilder(SCRIPT.toString(), program)
                    .redirectErrorStream(true)
                    .start();
            script.getOutputStream().close();
            String told = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return "exit " + script.waitFor() + ", " + told.substring(Math.max(0, told.length() - 1000));
        } catch (IOException e) {
            return e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
