package dev.rowhound.redis;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code redis-server} of version 7.0 or later: the configured one, else the one on the PATH, else the bundled one.
 *
 * @param version such as {@code 7.0.15}
 */
record RedisBinary(Path path, String version) {
    private static final int MIN_MAJOR = 7;
    private static final Pattern VERSION = Pattern.compile("\\bv=((\\d+)\\.\\d+\\.\\d+)");

    private static final long VERSION_TIMEOUT_SECONDS = 5;

    /** Version of the binaries in {@code org.signal:embedded-redis}. */
    private static final String BUNDLED_VERSION = "7.0.15";

    /**
     * Finds an executable.
     *
     * @param configured {@code redis.embedded.binary}, or null
     * @param unpacked the folder for the unpacked binary
     * @throws IOException if there is none, with a message for a person
     */
    static RedisBinary find(@Nullable String configured, Path unpacked) throws IOException {
        if (configured != null) {
            String version = version(Path.of(configured));
            if (version == null) {
                throw new IOException("redis.embedded.binary is " + configured
                        + ", which is not a redis-server 7.0 or later; set the path of one, or omit the key");
            }
            return new RedisBinary(Path.of(configured), version);
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path candidate = Path.of(folder, "redis-server");
            if (Files.isExecutable(candidate)) {
                String version = version(candidate);
                if (version != null) {
                    return new RedisBinary(candidate, version);
                }
            }
        }
        return new RedisBinary(unpackBundled(unpacked), BUNDLED_VERSION);
    }

    private static @Nullable String version(Path binary) throws IOException {
        if (!Files.isExecutable(binary)) {
            return null;
        }
        Process process = new ProcessBuilder(binary.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        CompletableFuture<Void> limit = CompletableFuture.runAsync(
                () -> {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                },
                CompletableFuture.delayedExecutor(VERSION_TIMEOUT_SECONDS, TimeUnit.SECONDS));
        String output;
        try (InputStream printed = process.getInputStream()) {
            // Reads until the program ends; the configured one may be any program.
            output = new String(printed.readAllBytes(), StandardCharsets.UTF_8);
            process.onExit().join();
        } finally {
            limit.cancel(false);
        }
        Matcher matcher = VERSION.matcher(output);
        return matcher.find() && Integer.parseInt(matcher.group(2)) >= MIN_MAJOR ? matcher.group(1) : null;
    }

    private static Path unpackBundled(Path folder) throws IOException {
        String name = "redis-server-" + BUNDLED_VERSION + "-" + system() + "-" + architecture();
        Path target = folder.resolve(name).toAbsolutePath();
        if (Files.isExecutable(target)) {
            return target;
        }
        Files.createDirectories(folder);
        try (InputStream in = RedisBinary.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IOException("there is no redis-server 7.0 or later on the PATH, and none is bundled for "
                        + system() + " on " + architecture()
                        + "; install Redis 7, or set redis.url to a running one");
            }
            // Publish the file atomically: another process may look for it at this moment.
            Path part = Files.createTempFile(folder, name, ".part");
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return target;
    }

    private static String system() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "aarch64", "arm64" -> "arm64";
            case "x86", "i386" -> "386";
            default -> "amd64";
        };
    }
}
