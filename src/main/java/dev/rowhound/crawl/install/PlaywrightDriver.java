package dev.rowhound.crawl.install;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Playwright's driver, a Node.js program. It is kept unpacked under {@code data/driver/<version>}: Playwright itself
 * would unpack it into the system's temporary folder at each start and leave it there when killed.
 *
 * @param folder the folder that holds {@code package/cli.js}
 * @param node the Node.js that runs it
 */
public record PlaywrightDriver(Path folder, Path node) {
    private static final String PACKAGE = "driver/package";
    private static final String DESCRIPTION = PACKAGE + "/package.json";
    private static final String ENTRY = "package/cli.js";

    /**
     * Unpacks the driver if necessary and finds a Node.js. Safe for use by several processes.
     *
     * @throws BrowserUnavailableException if there is no Node.js
     */
    static PlaywrightDriver prepare(@Nullable Path configuredNode, Map<String, String> environment, Path data) {
        URL description = resource(DESCRIPTION);
        if (description == null) {
            throw new IllegalStateException("Playwright's jar \"driver\" is not on the class path");
        }
        return InstallLock.holding(data, () -> {
            try {
                Path folder = data.toAbsolutePath().resolve("driver").resolve(version(description));
                if (!Files.isRegularFile(folder.resolve(ENTRY))) {
                    unpack(description, folder, data);
                }
                Path node = NodeJs.find(configuredNode, environment, () -> bundledNode(folder));
                return new PlaywrightDriver(folder, node);
            } catch (IOException e) {
                throw new UncheckedIOException("Playwright's driver could not be unpacked below " + data, e);
            }
        });
    }

    /** Returns the command line of Playwright's own CLI. */
    List<String> commandLine(String... arguments) {
        List<String> line =
                new ArrayList<>(List.of(node.toString(), folder.resolve(ENTRY).toString()));
        line.addAll(List.of(arguments));
        return line;
    }

    private static String version(URL description) throws IOException {
        try (InputStream in = description.openStream()) {
            return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8)).getString("version");
        }
    }

    /** Moves a complete copy into place, so that an interrupted process leaves no partial one. */
    private static void unpack(URL description, Path folder, Path data) throws IOException {
        Path temporary = Files.createTempDirectory(temporaryFolder(data), "driver-");
        try {
            copyPackage(description, temporary.resolve("package"));
            FileTree.delete(folder); // remains of a damaged copy
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FileTree.delete(temporary);
        }
    }

    private static void copyPackage(URL description, Path target) throws IOException {
        URLConnection connection = description.openConnection();
        try {
            if (connection instanceof JarURLConnection inJar) {
                Path jar = Path.of(inJar.getJarFileURL().toURI());
                try (FileSystem files = FileSystems.newFileSystem(jar)) {
                    FileTree.copy(files.getPath(PACKAGE), target);
                }
            } else {
                FileTree.copy(Path.of(description.toURI()).resolveSibling(""), target);
            }
        } catch (URISyntaxException e) {
            throw new IOException("cannot read " + description, e);
        }
    }

    private static Optional<Path> bundledNode(Path folder) {
        String name = windows() ? "node.exe" : "node";
        URL source = resource("driver/" + platform() + "/" + name);
        if (source == null) {
            return Optional.empty();
        }
        Path node = folder.resolve(name);
        if (Executables.runnable(node)) {
            return Optional.of(node);
        }
        try {
            Path temporary = Files.createTempFile(folder, name, ".part");
            try (InputStream in = source.openStream()) {
                Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
                if (!temporary.toFile().setExecutable(true)) {
                    throw new IOException(temporary + " cannot be made executable");
                }
                Files.move(temporary, node, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
            return Optional.of(node);
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled Node.js could not be unpacked into " + folder, e);
        }
    }

    /** Returns the name of this platform's folder in driver-bundle. */
    private static String platform() {
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        if (windows()) {
            return "win32_x64";
        }
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "mac" : "linux";
        return arm ? system + "-arm64" : system;
    }

    private static boolean windows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    /** Returns the folder for files that do not outlive their process. */
    public static Path temporaryFolder(Path data) throws IOException {
        return Files.createDirectories(data.toAbsolutePath().resolve("tmp"));
    }

    private static @Nullable URL resource(String name) {
        return PlaywrightDriver.class.getClassLoader().getResource(name);
    }
}
