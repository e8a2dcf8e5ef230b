package dev.rowhound;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A script of the tests that fetches what they need, run once a run for each thing that is missing. */
public final class InstallScript {
    /** What it has told at its end is enough to see what is wrong. */
    private static final int MOST_TOLD = 1_000;

    private final Path script;
    private final Map<List<String>, String> attempts = new ConcurrentHashMap<>();

    /**
     * A script.
     *
     * @param script its path within the project
     */
    public InstallScript(String script) {
        this.script = Path.of(System.getProperty("rowhound.home", "."), script).toAbsolutePath();
    }

    /** Runs it, unless it has been with these arguments. What became of it, for a person. */
    public String run(String... arguments) {
        return attempts.computeIfAbsent(List.of(arguments), this::attempt);
    }

    private String attempt(List<String> arguments) {
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of(script.toString()), arguments.stream())
                            .toList())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return "exit " + process.waitFor() + ", " + told.substring(Math.max(0, told.length() - MOST_TOLD));
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
