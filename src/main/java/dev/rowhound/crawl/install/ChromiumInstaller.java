package dev.rowhound.crawl.install;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Installs a Chromium: Debian's package where it may, else by Playwright's own installer. */
final class ChromiumInstaller {
    private static final String PACKAGE = "chromium-headless-shell";
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final boolean root;

    /** Finds apt-get and sudo on that {@code PATH}. */
    ChromiumInstaller(Map<String, String> environment, boolean root) {
        this.environment = environment;
        this.root = root;
    }

    /**
     * Installs one, unless another process does so first, and finds it.
     *
     * @param tell is told what is being done, a sentence at a time
     * @throws BrowserUnavailableException if that fails, saying why
     */
    Path install(Chromium chromium, PlaywrightDriver driver, Path data, Consumer<String> tell) {
        return InstallLock.holding(data, () -> chromium.find().orElseGet(() -> installAlone(chromium, driver, tell)));
    }

    private Path installAlone(Chromium chromium, PlaywrightDriver driver, Consumer<String> tell) {
        List<String> faults = new ArrayList<>();
        Optional<List<String>> apt = apt();
        if (apt.isPresent()) {
            tell.accept("Installing Chromium (Debian package " + PACKAGE + ") …");
            Command.Result result = apt(apt.get(), "update");
            if (result.ok()) {
                result = apt(apt.get(), "install", "-y", "--no-install-recommends", PACKAGE);
            }
            Optional<Path> installed = chromium.find();
            if (installed.isPresent()) {
                return installed.get();
            }
            faults.add("apt-get: " + result.output());
        }
        tell.accept("Installing Chromium (Playwright's download) …");
        Command.Result result = Command.run(
                driver.commandLine("install", PACKAGE), Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", ""), LIMIT);
        Optional<Path> installed = chromium.find();
        if (installed.isPresent()) {
            return installed.get();
        }
        faults.add("Playwright: " + result.output());
        throw new BrowserUnavailableException("No Chromium was found and none could be installed: install one, such as"
                + " Debian's package " + PACKAGE + ", or set crawl.chromium to its path (" + String.join("; ", faults)
                + ")");
    }

    /** How apt-get is called, if it may be. */
    private Optional<List<String>> apt() {
        Optional<Path> apt = Executables.find("apt-get", environment);
        if (apt.isEmpty() || root) {
            return apt.map(path -> List.of(path.toString()));
        }
        return Executables.find("sudo", environment)
                .filter(sudo -> Command.run(List.of(sudo.toString(), "-n", "true"), Map.of(), ANSWER)
                        .ok())
                .map(sudo -> List.of(sudo.toString(), "-n", apt.get().toString()));
    }

    private static Command.Result apt(List<String> apt, String... arguments) {
        List<String> line = new ArrayList<>(apt);
        // Another process may hold apt's own lock for a while.
        line.addAll(List.of("-q", "-o", "DPkg::Lock::Timeout=300"));
        line.addAll(List.of(arguments));
        return Command.run(line, Map.of("DEBIAN_FRONTEND", "noninteractive"), LIMIT);
    }
}
