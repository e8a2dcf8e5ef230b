package dev.trawl.clients;

import dev.trawl.TestNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs of Node.js, which has to be on the PATH, and what npm fetches for them. */
public final class NodeProgram {
    /** Where the client library's source is. */
    public static final Path CLIENT = TestNode.home().resolve("clients/js");

    private static final Path BUILD =
            Path.of(System.getProperty("trawl.build", "target")).toAbsolutePath();

    private NodeProgram() {}

    /** Runs node to its end and answers what it has written; throws that if it fails or takes more than the seconds. */
    public static String run(int seconds, Path folder, List<String> arguments, Map<String, String> environment)
            throws Exception {
        List<String> command = new ArrayList<>(List.of("node", "--experimental-websocket", "--no-warnings"));
        command.addAll(arguments);
        return await(seconds, folder, command, environment);
    }

    /**
     * A folder with these packages of npm, under the build's folder; they are fetched once.
     *
     * @param packages as {@code eventsource@4.1.1}; a version, so that the same is fetched always
     */
    public static synchronized Path fetch(String name, String... packages) throws Exception {
        Path folder = Files.createDirectories(BUILD.resolve("npm").resolve(name));
        Path mark = folder.resolve("fetched.txt");
        String wanted = String.join("\n", packages);
        if (!Files.exists(mark) || !Files.readString(mark).equals(wanted)) {
            Files.writeString(folder.resolve("package.json"), "{\"private\": true, \"type\": \"module\"}\n");
            List<String> command = new ArrayList<>(
                    List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"));
            command.addAll(Arrays.asList(packages));
            await(240, folder, command, Map.of());
            Files.writeString(mark, wanted);
        }
        return folder;
    }

    private static String await(int seconds, Path folder, List<String> command, Map<String, String> environment)
            throws Exception {
        Path log = Files.createTempFile("trawl-node-", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("NO_COLOR", "1");
            builder.environment().putAll(environment);
            Process process = start(builder, command.get(0));
            boolean over;
            try {
                over = process.waitFor(seconds, TimeUnit.SECONDS);
            } finally {
                process.destroyForcibly();
            }
            String said = Files.readString(log, StandardCharsets.UTF_8);
            if (!over || process.exitValue() != 0) {
                String how = over ? "ended with " + process.exitValue() : "did not end within " + seconds + " s";
                throw new AssertionError(String.join(" ", command) + " " + how + ":\n" + said);
            }
            return said;
        } finally {
            Files.delete(log);
        }
    }

    private static Process start(ProcessBuilder builder, String program) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(program + " is needed on the PATH; install Node.js 20 or newer, with npm", e);
        }
    }
}
