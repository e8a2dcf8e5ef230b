package dev.rowhound.crawl.install;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds programs on the {@code PATH} as a shell does. */
final class Executables {
    private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

    private Executables() {}

    /** Returns all programs of that name in the order of the environment's {@code PATH}. */
    static Stream<Path> all(String name, Map<String, String> environment) {
        return SEPARATOR
                .splitAsStream(environment.getOrDefault("PATH", ""))
                .filter(folder -> !folder.isBlank())
                .flatMap(folder -> resolve(folder, name).stream())
                .filter(Executables::runnable);
    }

    static Optional<Path> find(String name, Map<String, String> environment) {
        return all(name, environment).findFirst();
    }

    static boolean runnable(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static Optional<Path> resolve(String folder, String name) {
        try {
            return Optional.of(Path.of(folder, name).toAbsolutePath());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
