package dev.rowhound.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The starter script in an installation: itself, what it starts, and no sources, so that it builds nothing whatever the
 * age of the checkout's files.
 */
class BinRowhoundIT {
    @TempDir
    Path folder;

    private Path script;
    private Path elsewhere;

    /** A script that has ended. */
    private record Ended(int exitCode, String out, String err) {}

    @BeforeEach
    void install() throws IOException {
        Path installation = Files.createDirectories(folder.resolve("an installation"));
        Files.createDirectory(installation.resolve("bin"));
        script = Files.copy(
                RowhoundProcess.HOME.resolve("bin").resolve("rowhound"),
                installation.resolve("bin").resolve("rowhound"),
                StandardCopyOption.COPY_ATTRIBUTES);
        Files.createSymbolicLink(installation.resolve("target"), RowhoundProcess.BUILD);
        elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    }

    /** What it points to is no part of the test's folder. */
    @AfterEach
    void unlink() throws IOException {
        Files.deleteIfExists(script.getParent().resolveSibling("target"));
    }

    @Test
    void runsFromAnyFolder() throws Exception {
        assertIsRowhound(run(Map.of(), script.toString(), "--version"));
    }

    @Test
    void runsByALinkToALink() throws Exception {
        Path near = Files.createSymbolicLink(script.resolveSibling("near"), Path.of("rowhound"));
        Path far = Files.createSymbolicLink(elsewhere.resolve("far"), near);

        assertIsRowhound(run(Map.of(), far.toString(), "--version"));
        assertIsRowhound(run(Map.of(), "./far", "--version"));
    }

    @Test
    void passesArgumentsAndExitCodesOn() throws Exception {
        Ended wrong = run(Map.of(), script.toString(), "run", "no such file.csv", "--recipe", "companies");

        assertThat(wrong.err()).isEqualTo("rowhound: no such file.csv does not exist\n");
        assertThat(wrong.exitCode()).isEqualTo(2);
    }

    @Test
    void takesTheJavaAndTheOptionsThatAreGiven() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

        Ended version = run(
                Map.of("ROWHOUND_JAVA", java, "ROWHOUND_JAVA_OPTS", "-Xmx64m -XshowSettings:vm"),
                script.toString(),
                "--version");

        assertThat(version.exitCode()).isZero();
        assertThat(version.err()).contains("Max. Heap Size: 64.00M");
    }

    @Test
    void aJavaThatIsNone() throws Exception {
        Ended wrong = run(Map.of("ROWHOUND_JAVA", "/nope/java"), script.toString(), "--version");

        assertThat(wrong.err())
                .isEqualTo(
                        "rowhound: ROWHOUND_JAVA names /nope/java, which is no program; name a JDK of 17 or newer\n");
        assertThat(wrong.out()).isEmpty();
        assertThat(wrong.exitCode()).isEqualTo(1);
    }

    @Test
    void anInstallationWithoutItsJar() throws Exception {
        Path target = script.getParent().resolveSibling("target");
        Files.delete(target);

        Ended wrong = run(Map.of(), script.toString(), "--version");

        assertThat(wrong.err())
                .isEqualTo("rowhound: "
                        + target.getParent().toRealPath().resolve("target").resolve("rowhound.jar")
                        + " is missing, and there is no pom.xml to build it from\n");
        assertThat(wrong.exitCode()).isEqualTo(1);
    }

    private static void assertIsRowhound(Ended ended) {
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).matches("rowhound \\d+\\.\\d+\\.\\d+\\S*\n");
        assertThat(ended.exitCode()).isZero();
    }

    private Ended run(Map<String, String> environment, String... command) throws Exception {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(elsewhere.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("ROWHOUND_") || key.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still runs after 30 s: " + List.of(command));
        }
        return new Ended(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
