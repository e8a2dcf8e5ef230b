package dev.rowhound.clients;

import dev.rowhound.TestNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Programs around clients that others have published, each of which takes the server's address, a job and the types of
 * events, and writes the number of each event that its client hands over. They are fetched once, in the versions that
 * stand here, under the build's folder.
 */
public final class ForeignClients {
    private static final Path SOURCES = TestNode.home().resolve("src/test/foreign");
    private static final int FETCH_SECONDS = 240;

    private static final String[] NPM = {
        "eventsource@4.1.1", "eventsource-client@1.2.0", "@microsoft/fetch-event-source@2.0.1", "ws@8.23.0"
    };
    private static final String[] PYPI = {
        "httpx==0.28.1", "httpx-sse==0.4.3", "requests==2.34.2", "sseclient-py==1.9.0", "websockets==17.4"
    };

    private ForeignClients() {}

    /**
     * A program of a client.
     *
     * @param folder where it runs
     * @param command what starts it, but for its arguments
     * @param environment what it needs there
     */
    public record Client(Path folder, List<String> command, Map<String, String> environment) {
        /** Runs it to its end; the lines that it has written. Throws that if it fails or takes longer. */
        public List<String> run(int seconds, String... arguments) throws Exception {
            List<String> all = new ArrayList<>(command);
            all.addAll(Arrays.asList(arguments));
            return Program.run(seconds, folder, all, environment).lines().toList();
        }
    }

    /** A program of Node.js in the folder of sources. */
    public static Client node(String file) throws Exception {
        Path folder = NodeProgram.fetch("foreign-clients", NPM);
        return new Client(
                folder, List.of("node", "--no-warnings", SOURCES.resolve(file).toString()), Map.of());
    }

    /** A program of Python in the folder of sources. */
    public static Client python(String file) throws Exception {
        Path folder = Program.fetched("pip/foreign-clients", String.join("\n", PYPI), made -> {
            List<String> command = new ArrayList<>(List.of(
                    "python3", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", "."));
            command.addAll(Arrays.asList(PYPI));
            Program.run(FETCH_SECONDS, made, command, Map.of());
        });
        return new Client(
                folder,
                List.of("python3", SOURCES.resolve(file).toString()),
                Map.of("PYTHONPATH", folder.toString(), "PYTHONDONTWRITEBYTECODE", "1"));
    }

    /** A program of Go that needs that module, such as {@code example.org/it@v1.0.0}. */
    public static Client go(String source, String module) throws Exception {
        String main = Files.readString(SOURCES.resolve(source).resolve("main.go"));
        Path folder = Program.fetched("go/" + source, module + "\n" + main, made -> {
            Files.writeString(made.resolve("go.mod"), "module " + source + "\n\ngo 1.21\n");
            Files.writeString(made.resolve("main.go"), main);
            Program.run(FETCH_SECONDS, made, List.of("go", "get", module), Map.of());
            Program.run(FETCH_SECONDS, made, List.of("go", "build", "-o", "client", "."), Map.of());
        });
        return new Client(folder, List.of(folder.resolve("client").toString()), Map.of());
    }
}
