package dev.rowhound.crawl.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChromiumTest {
    @TempDir
    private Path folder;

    private Path bin;
    private Path cache;

    @BeforeEach
    void folders() {
        bin = folder.resolve("bin");
        cache = folder.resolve("cache");
    }

    @Test
    void headlessShellOnThePathComesFirst() {
        Path shell = FakePrograms.version(bin.resolve("chromium-headless-shell"), "1");
        Path chromium = FakePrograms.version(folder.resolve("first/chromium"), "1");
        assertThat(chromium("/no/such:" + chromium.getParent() + ":" + bin).find())
                .contains(shell);
    }

    @Test
    void oneThatDoesNotStartIsPassedOver() throws IOException {
        FakePrograms.write(bin.resolve("chromium-headless-shell"), "echo 'requires the snap' >&2; exit 1");
        Files.writeString(bin.resolve("chromium"), "not executable");
        Path chrome = FakePrograms.version(bin.resolve("google-chrome"), "1");
        assertThat(chromium(bin.toString()).find()).contains(chrome);
    }

    @Test
    void newestInPlaywrightsCacheComesLast() {
        FakePrograms.version(cache.resolve("chromium-1300/chrome-linux/chrome"), "1");
        FakePrograms.version(cache.resolve("chromium_headless_shell-999/chrome-linux/headless_shell"), "1");
        Path newest = FakePrograms.version(
                cache.resolve("chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell"), "1");
        assertThat(chromium("").find()).contains(newest);
        Path onPath = FakePrograms.version(bin.resolve("google-chrome"), "1");
        assertThat(chromium(bin.toString()).find()).contains(onPath);
    }

    @Test
    void theWholeChromiumIsNeverTheShell() {
        FakePrograms.version(bin.resolve("chromium-headless-shell"), "1");
        FakePrograms.version(cache.resolve("chromium_headless_shell-1300/chrome-linux/headless_shell"), "1");
        assertThat(chromium(bin.toString()).findFull()).isEmpty();
        Path cached = FakePrograms.version(cache.resolve("chromium-1200/chrome-linux/chrome"), "1");
        assertThat(chromium(bin.toString()).findFull()).contains(cached);
        Path onPath = FakePrograms.version(bin.resolve("chromium"), "1");
        assertThat(chromium(bin.toString()).findFull()).contains(onPath);
    }

    @Test
    void nothingIsFoundWhereNothingIs() {
        assertThat(chromium("").find()).isEmpty();
    }

    @Test
    void configuredOneMustBeOne() {
        Path broken = FakePrograms.write(bin.resolve("broken"), "exit 3");
        for (Path path : List.of(Path.of("/no/such"), folder, broken)) {
            assertThatThrownBy(() -> Chromium.configured(path))
                    .isInstanceOf(BrowserUnavailableException.class)
                    .hasMessageContaining("crawl.chromium is " + path);
        }
        Path good = FakePrograms.version(bin.resolve("good"), "1");
        assertThat(Chromium.configured(good)).isEqualTo(good);
    }

    @Test
    void debianPackageIsInstalledWhereItMay() {
        FakePrograms.write(
                bin.resolve("apt-get"),
                "echo \"$@\" >> " + folder.resolve("calls") + "\ncase \"$*\" in *install*) printf '#!/bin/sh\\n' > "
                        + bin.resolve("chromium-headless-shell") + "; chmod +x "
                        + bin.resolve("chromium-headless-shell") + ";; esac");
        List<String> told = new ArrayList<>();
        Path installed = install(true, told);
        assertThat(installed).isEqualTo(bin.resolve("chromium-headless-shell"));
        assertThat(folder.resolve("calls"))
                .content()
                .containsSubsequence("update", "install -y --no-install-recommends chromium-headless-shell");
        assertThat(told).containsExactly("Installing Chromium (Debian package chromium-headless-shell) …");
        told.clear();
        assertThat(install(true, told)).isEqualTo(installed);
        assertThat(told)
                .as("what another process has installed is not installed again")
                .isEmpty();
    }

    @Test
    void faultsOfTheInstallersAreTold() {
        FakePrograms.write(bin.resolve("apt-get"), "echo apt is broken; exit 1");
        FakePrograms.write(bin.resolve("node"), "echo no network; exit 1");
        List<String> told = new ArrayList<>();
        assertThatThrownBy(() -> install(true, told))
                .isInstanceOf(BrowserUnavailableException.class)
                .hasMessageContainingAll("crawl.chromium", "apt is broken", "no network");
        assertThat(told).hasSize(2);
    }

    @Test
    void withoutTheRightPlaywrightInstalls() {
        FakePrograms.write(bin.resolve("apt-get"), "touch " + folder.resolve("apt-was-called"));
        FakePrograms.write(bin.resolve("sudo"), "exit 1");
        Path target = cache.resolve("chromium_headless_shell-1/x/headless_shell");
        FakePrograms.write(
                bin.resolve("node"),
                "echo \"$@\" > " + folder.resolve("calls") + "; mkdir -p " + target.getParent()
                        + "; printf '#!/bin/sh\\n' > " + target + "; chmod +x " + target);
        assertThat(install(false, new ArrayList<>())).isEqualTo(target);
        assertThat(folder.resolve("calls")).content().contains("cli.js install chromium-headless-shell");
        assertThat(folder.resolve("apt-was-called")).doesNotExist();
    }

    @Test
    void nodeMustBeNewEnough() {
        FakePrograms.version(folder.resolve("old/node"), "v18.20.4");
        Path good = FakePrograms.version(bin.resolve("node"), "v20.1.0");
        Map<String, String> environment = Map.of("PATH", folder.resolve("old") + ":" + bin);
        assertThat(NodeJs.find(null, environment, Optional::empty)).isEqualTo(good);
        assertThatThrownBy(() ->
                        NodeJs.find(null, Map.of("PATH", folder.resolve("old").toString()), Optional::empty))
                .isInstanceOf(BrowserUnavailableException.class)
                .hasMessageContainingAll("Node.js 20", "crawl.node", "mvn -Pbundled-node package");
        for (Path path : List.of(Path.of("/no/such"), folder.resolve("old/node"))) {
            assertThatThrownBy(() -> NodeJs.find(path, environment, Optional::empty))
                    .isInstanceOf(BrowserUnavailableException.class)
                    .hasMessageContaining("crawl.node is " + path);
        }
        assertThat(NodeJs.find(null, Map.of(), () -> Optional.of(good))).isEqualTo(good);
    }

    private Path install(boolean root, List<String> told) {
        Map<String, String> environment = environment(bin.toString());
        return new ChromiumInstaller(environment, root)
                .install(
                        chromium(bin.toString()),
                        new PlaywrightDriver(folder, bin.resolve("node")),
                        folder.resolve("data"),
                        told::add);
    }

    private Chromium chromium(String path) {
        return new Chromium(environment(path), folder.resolve("home"));
    }

    private Map<String, String> environment(String path) {
        return Map.of("PATH", path, "PLAYWRIGHT_BROWSERS_PATH", cache.toString());
    }
}
