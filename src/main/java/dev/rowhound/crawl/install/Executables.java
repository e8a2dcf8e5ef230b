package dev.rowhound.crawl.install;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds programs as a shell would. */
final class Executables {
    private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

    private Executables() {}

    /** The program of that name in each folder of the environment's {@code PATH}, in its order. */
    static Stream<Path> all(String name, Map<String, String> environment) {
        return SEPARATOR
                .splitAsStream(environment.getOrDefault("PATH", ""))
                .filter(folder -> !folder.isBlank())
                .flatMap(folder -> resolve(folder, name).stream())
                .filter(Executables::runnable);
    }

    /** The first program of that name on the environment's {@code PATH}. */
    static Optional<Path> find(String name, Map<String, String> environment) {
        return all(name, environment).findFirst();
    }

    /** Whether the file is there and may be run. */
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
