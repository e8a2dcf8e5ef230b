package dev.rowhound.sites;

import dev.rowhound.InstallScript;
import dev.rowhound.front.Nginx;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Finds sites that others wrote, has them fetched where they are missing, and serves them by nginx. */
final class Sites {
    private static final InstallScript SCRIPT = new InstallScript("src/test/sh/fetch-sites");
    private static final Path FOLDER =
            Path.of(System.getProperty("rowhound.build", "target"), "sites").toAbsolutePath();

    private Sites() {}

    /** The site's folder. Where it is missing and cannot be fetched, the test fails with what was said. */
    static Path require(String site) {
        Path folder = FOLDER.resolve(site);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        String told = SCRIPT.run(FOLDER.toString(), site);
        if (!Files.isDirectory(folder)) {
            throw new AssertionError("This test needs the site " + site + ": src/test/sh/fetch-sites target/sites "
                    + site + " said here: " + told);
        }
        return folder;
    }

    /** The files of a javadoc jar that the build has put beside the sites, unpacked once. */
    static synchronized Path javadoc(String library) throws IOException {
        Path folder = FOLDER.resolve(library + "-javadoc");
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path part = Files.createTempDirectory(FOLDER, library);
        try (FileSystem jar = FileSystems.newFileSystem(FOLDER.resolve(library + "-javadoc.jar"));
                Stream<Path> files = Files.walk(jar.getPath("/"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = part.resolve(file.toString().substring(1));
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        try {
            Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            } // else another process has been first
        }
        return folder;
    }

    /** An nginx that serves the folder's files; what is not there is 404. */
    static Nginx serve(Path folder) throws IOException {
        return Nginx.start(place -> """
                types {
                    text/html html htm;
                    text/css css;
                    text/javascript js mjs;
                    application/json json;
                    image/png png;
                    image/svg+xml svg;
                    font/woff2 woff2;
                }
                server {
                    listen 127.0.0.1:%d;
                    charset utf-8;
                    root %s;
                }
                """.formatted(place.port(), folder));
    }
}
