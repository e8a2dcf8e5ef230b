package dev.rowhound.crawl.install;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Installs a Chromium: Debian's package where permitted, else Playwright's download. */
final class ChromiumInstaller {
    private static final String PACKAGE = "chromium-headless-shell";
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(15);
    private static final Duration SUDO_TIMEOUT = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final boolean root;

    /**
     * @param environment provides the {@code PATH} with apt-get and sudo
     */
    ChromiumInstaller(Map<String, String> environment, boolean root) {
        this.environment = environment;
        this.root = root;
    }

    /**
     * Installs a Chromium, unless another process does so first, and returns its path.
     *
     * @param onProgress receives a sentence about each slow step
     * @throws BrowserUnavailableException if the installation fails; the message says why
     */
    Path install(Chromium chromium, PlaywrightDriver driver, Path data, Consumer<String> onProgress) {
        return InstallLock.holding(
                data, () -> chromium.find().orElseGet(() -> installAlone(chromium, driver, onProgress)));
    }

    private Path installAlone(Chromium chromium, PlaywrightDriver driver, Consumer<String> onProgress) {
        List<String> faults = new ArrayList<>();
        Optional<List<String>> apt = apt();
        if (apt.isPresent()) {
            onProgress.accept("Installing Chromium (Debian package " + PACKAGE + ") …");
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
        onProgress.accept("Installing Chromium (Playwright's download) …");
        Command.Result result = Command.run(
                driver.commandLine("install", PACKAGE),
                Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", ""),
                INSTALL_TIMEOUT);
        Optional<Path> installed = chromium.find();
        if (installed.isPresent()) {
            return installed.get();
        }
        faults.add("Playwright: " + result.output());
        throw new BrowserUnavailableException("No Chromium was found and none could be installed: install one, such as"
                + " Debian's package " + PACKAGE + ", or set crawl.chromium to its path (" + String.join("; ", faults)
                + ")");
    }

    /** Returns the command line of apt-get, if this user may install packages. */
    private Optional<List<String>> apt() {
        Optional<Path> apt = Executables.find("apt-get", environment);
        if (apt.isEmpty() || root) {
            return apt.map(path -> List.of(path.toString()));
        }
        return Executables.find("sudo", environment)
                .filter(sudo -> Command.run(List.of(sudo.toString(), "-n", "true"), Map.of(), SUDO_TIMEOUT)
                        .ok())
                .map(sudo -> List.of(sudo.toString(), "-n", apt.get().toString()));
    }

    private static Command.Result apt(List<String> apt, String... arguments) {
        List<String> line = new ArrayList<>(apt);
        // Another process may hold apt's lock for a while.
        line.addAll(List.of("-q", "-o", "DPkg::Lock::Timeout=300"));
        line.addAll(List.of(arguments));
        return Command.run(line, Map.of("DEBIAN_FRONTEND", "noninteractive"), INSTALL_TIMEOUT);
    }
}
