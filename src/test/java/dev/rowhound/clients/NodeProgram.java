package dev.rowhound.clients;

import dev.rowhound.TestNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs programs of Node.js, which has to be on the PATH, and what npm fetches for them. */
public final class NodeProgram {
    /** Where the client library's source is. */
    public static final Path CLIENT = TestNode.home().resolve("clients/js");

    private static final int FETCH_SECONDS = 240;

    private NodeProgram() {}

    /** Runs node to its end and answers what it has written; throws that if it fails or takes more than the seconds. */
    public static String run(int seconds, Path folder, List<String> arguments, Map<String, String> environment)
            throws Exception {
        List<String> command = new ArrayList<>(List.of("node", "--experimental-websocket", "--no-warnings"));
        command.addAll(arguments);
        return Program.run(seconds, folder, command, environment);
    }

    /**
     * A folder with these packages of npm, under the build's folder; they are fetched once.
     *
     * @param packages as {@code eventsource@4.1.1}; a version, so that the same is fetched always
     */
    public static Path fetch(String name, String... packages) throws Exception {
        return Program.fetched("npm/" + name, String.join("\n", packages), folder -> {
            Files.writeString(folder.resolve("package.json"), "{\"private\": true, \"type\": \"module\"}\n");
            List<String> command = new ArrayList<>(
                    List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"));
            command.addAll(Arrays.asList(packages));
            Program.run(FETCH_SECONDS, folder, command, Map.of());
        });
    }
}
