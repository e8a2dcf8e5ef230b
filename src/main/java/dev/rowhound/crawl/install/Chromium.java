package dev.rowhound.crawl.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a Chromium on this machine. */
final class Chromium {
    private static final Logger LOG = LoggerFactory.getLogger(Chromium.class);

    /** The headless shell comes first: it starts faster and takes half the memory. */
    private static final List<String> COMMANDS = List.of("chromium-headless-shell", "chromium", "google-chrome");

    private static final List<String> FULL_COMMANDS = List.of("chromium", "google-chrome");

    private static final Pattern SHELL = Pattern.compile("headless[-_]shell");

    private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(30);

    /** The folders of Playwright's cache with their build numbers, again the shell first. */
    private static final List<Pattern> BUILDS =
            List.of(Pattern.compile("chromium_headless_shell-(\\d{1,9})"), Pattern.compile("chromium-(\\d{1,9})"));

    private static final Set<String> BUILD_EXECUTABLES =
            Set.of("headless_shell", "chrome-headless-shell", "chrome", "Google Chrome for Testing", "Chromium");

    /** macOS builds lie deepest: chrome-mac/Chromium.app/Contents/MacOS/Chromium. */
    private static final int BUILD_DEPTH = 5;

    private final Map<String, String> environment;
    private final Path home;

    /**
     * @param environment provides {@code PATH} and the folder of Playwright's cache
     * @param home the folder of Playwright's default cache
     */
    Chromium(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /**
     * Checks the configured executable.
     *
     * @throws BrowserUnavailableException if it cannot be run
     */
    static Path configured(Path path) {
        Path executable = path.toAbsolutePath();
        if (!Executables.runnable(executable)) {
            throw new BrowserUnavailableException("crawl.chromium is " + path
                    + ", which is not an executable file; set the path of a Chromium, or null to search for one");
        }
        if (!starts(executable)) {
            throw new BrowserUnavailableException("crawl.chromium is " + path
                    + ", which does not start; set the path of a working Chromium, or null to search for one");
        }
        return executable;
    }

    /** Finds the first Chromium that starts, on the {@code PATH} or else in Playwright's cache. */
    Optional<Path> find() {
        return Stream.concat(
                        COMMANDS.stream().flatMap(name -> Executables.all(name, environment)),
                        BUILDS.stream().flatMap(this::cached))
                .filter(Chromium::starts)
                .findFirst();
    }

    /** Finds the first full Chromium that starts, on the {@code PATH} or else in Playwright's cache. */
    Optional<Path> findFull() {
        return Stream.concat(
                        FULL_COMMANDS.stream().flatMap(name -> Executables.all(name, environment)),
                        cached(BUILDS.get(BUILDS.size() - 1)))
                .filter(executable -> !isShell(executable))
                .filter(Chromium::starts)
                .findFirst();
    }

    /** Returns whether the executable is the headless shell, by its name. */
    static boolean isShell(Path executable) {
        return SHELL.matcher(executable.getFileName().toString()).find();
    }

    /** Returns whether the executable reports its version; others may be stubs or lack a library. */
    private static boolean starts(Path executable) {
        Command.Result result = Command.run(List.of(executable.toString(), "--version"), Map.of(), VERSION_TIMEOUT);
        if (!result.ok()) {
            LOG.debug("{} is not used: {}", executable, result.output());
        }
        return result.ok();
    }

    private Stream<Path> cached(Pattern build) {
        Path cache = cache();
        if (!Files.isDirectory(cache)) {
            return Stream.empty();
        }
        try (Stream<Path> folders = Files.list(cache)) {
            return folders
                    .filter(folder ->
                            build.matcher(folder.getFileName().toString()).matches())
                    .sorted(Comparator.comparingInt((Path folder) -> number(build, folder))
                            .reversed())
                    .flatMap(Chromium::executables)
                    .toList()
                    .stream();
        } catch (IOException e) {
            LOG.debug("Playwright's cache {} cannot be read: {}", cache, e.toString());
            return Stream.empty();
        }
    }

    private static int number(Pattern build, Path folder) {
        Matcher matcher = build.matcher(folder.getFileName().toString());
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static Stream<Path> executables(Path build) {
        try (Stream<Path> files = Files.find(
                build,
                BUILD_DEPTH,
                (file, attributes) -> attributes.isRegularFile()
                        && BUILD_EXECUTABLES.contains(file.getFileName().toString())
                        && Files.isExecutable(file))) {
            return files.toList().stream();
        } catch (IOException e) {
            LOG.debug("{} cannot be read: {}", build, e.toString());
            return Stream.empty();
        }
    }

    private Path cache() {
        String configured = environment.getOrDefault("PLAYWRIGHT_BROWSERS_PATH", "");
        if (!configured.isBlank()) {
            return Path.of(configured);
        }
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (system.startsWith("mac")) {
            return home.resolve("Library/Caches/ms-playwright");
        }
        return home.resolve(system.startsWith("windows") ? "AppData/Local/ms-playwright" : ".cache/ms-playwright");
    }
}
