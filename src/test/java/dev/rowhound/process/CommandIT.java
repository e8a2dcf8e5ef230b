package dev.rowhound.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.redis.EmbeddedRedis;
import dev.rowhound.redis.RedisConfig;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as a user gives them: what they do, and for each mistake one sentence and an exit code. */
class CommandIT {
    private static final Duration A_WHILE = Duration.ofSeconds(60);
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    /** A line of the log, which {@code serve} writes to standard error; a fault of the program would be an ERROR. */
    private static final String LOG_LINE = "\\d{4}-\\d\\d-\\d\\dT\\S+ (INFO|WARN) .*";

    @TempDir
    static Path shared;

    private static DemoSiteServer site;
    private static ServedNode node;

    @TempDir
    Path folder;

    /** A command that has ended. */
    private record Ended(int exitCode, String out, String err) {
        /** Standard error without the log. */
        List<String> complaints() {
            return err.lines().filter(line -> !line.matches(LOG_LINE)).toList();
        }
    }

    @BeforeAll
    static void startNode() throws Exception {
        site = DemoSiteServer.start(Files.createDirectory(shared.resolve("site")));
        ServedNode.writeRecipe(shared, site.address(), 7000, 3);
        node = ServedNode.start(shared, "256m", Map.of("worker.slots", "1"));
    }

    @AfterAll
    static void stopNode() throws Exception {
        if (node != null) {
            node.close();
        }
        if (site != null) {
            site.close();
        }
    }

    @BeforeEach
    void writeRecipe() throws Exception {
        ServedNode.writeRecipe(folder, site.address(), 7000, 3);
    }

    @Test
    void runLooksAFileUpOnAServerAndWritesTheResults() throws Exception {
        Sample sample = Sample.of(8, note -> note.equals("letters") || note.equals("branch number too short"));
        sample.write(folder.resolve("rows.csv"));

        Ended run = run("run", "rows.csv", "--recipe", "companies", "--server", server(), "--out", "found.csv");

        assertThat(run.err()).doesNotContain("rowhound:", "Exception");
        assertThat(run.exitCode()).isZero();
        assertThat(Sample.results(Files.readString(folder.resolve("found.csv"))))
                .containsExactlyElementsOf(sample.expected());
        assertThat(run.out())
                .contains("Completed in ", " 8 rows: ", "invalid input 2", "Results: " + folder.resolve("found.csv"));
    }

    @Test
    void installListsWhatItFound() throws Exception {
        Ended found = runHere("install");

        assertThat(found.exitCode()).as(found.err()).isZero();
        assertThat(found.out().lines())
                .extracting(line -> line.substring(0, line.indexOf(": ")))
                .containsExactly("Chromium", "Node.js", "Redis");
        assertThat(found.out().lines())
                .allMatch(line -> Files.isExecutable(Path.of(line.substring(line.indexOf(": ") + 2))));
    }

    @Test
    void runLooksAFileUpOnANodeOfItsOwnAndLeavesNoneBehind() throws Exception {
        Sample sample = Sample.of(4, note -> note.equals("answers with a captcha"));
        sample.write(folder.resolve("rows.csv"));

        Ended run = runHere("run", "rows.csv", "--recipe", "companies", "--column", "tax_code", "--out", "-");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Sample.results(run.out()))
                .as("standard output is the results and nothing else")
                .containsExactlyElementsOf(sample.expected());
        assertThat(run.err()).contains("Completed in ").doesNotContain("rowhound:", "Exception", "WARN", "ERROR");
        assertThat(Files.readString(folder.resolve("data").resolve("logs").resolve("run.log")))
                .containsPattern("Job [0-9a-f-]{36} of anonymous was uploaded: 4 rows for companies version 1\n");
        assertThat(ServedNode.names(folder.resolve("data").resolve("tmp"))).isEmpty();
        assertThat(ServedNode.names(folder.resolve("tmp"))).isEmpty();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(command -> command.contains(folder.toString())))
                .as("processes that the command has left")
                .isEmpty();
    }

    @Test
    void aFileThatDoesNotExist() throws Exception {
        assertFails(
                run("run", "none.csv", "--recipe", "companies", "--server", server()),
                WRONG_USAGE,
                "rowhound: none.csv does not exist");
    }

    @Test
    void anEmptyFile() throws Exception {
        Files.createFile(folder.resolve("empty.csv"));

        assertFails(
                run("run", "empty.csv", "--recipe", "companies", "--server", server()),
                WRONG_USAGE,
                "rowhound: empty.csv is empty; use a CSV file with one row per look-up");
    }

    @Test
    void aFileThatIsNoText() throws Exception {
        Files.write(folder.resolve("picture.csv"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0, 1, 2, 3});

        Ended run = run("run", "picture.csv", "--recipe", "companies", "--server", server());

        assertFails(run, FAILED, "rowhound: the file is a picture; save it as CSV (UTF-8)");
        assertThat(node.jobs())
                .as("jobs that were opened for it")
                .noneMatch(job -> ((JsonObject) job).getString("file").equals("picture.csv"));
    }

    @Test
    void aWrongFlag() throws Exception {
        assertFails(
                run("serve", "--prot", "9000"),
                WRONG_USAGE,
                "rowhound: Unknown option \"--prot\"; did you mean \"--port\"?",
                "\"rowhound serve --help\" shows the usage.");
    }

    @Test
    void aWrongCommand() throws Exception {
        assertFails(
                run("sreve"),
                WRONG_USAGE,
                "rowhound: Unknown command \"sreve\"; did you mean \"serve\"?",
                "\"rowhound --help\" shows the usage.");
    }

    @Test
    void aRecipeThatDoesNotExist() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), "tax_code\n0100109106\n");

        assertFails(
                run("run", "rows.csv", "--recipe", "company", "--server", server()),
                FAILED,
                "rowhound: there is no recipe \"company\"; did you mean \"companies\"? known recipes are companies");
    }

    @Test
    void aColumnThatDoesNotExist() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), "tax_code,customer\n0100109106,Lan\n");

        assertFails(
                run("run", "rows.csv", "--recipe", "companies", "--column", "code", "--server", server()),
                FAILED,
                "rowhound: the file has no column \"code\"; use one of its columns: tax_code, customer"
                        + " (without a header, column_1 is the first)");
    }

    @Test
    void aServerThatDoesNotAnswer() throws Exception {
        Files.writeString(folder.resolve("rows.csv"), "tax_code\n0100109106\n");
        String nobody = "http://127.0.0.1:" + RowhoundProcess.freePort();

        assertFails(
                run("run", "rows.csv", "--recipe", "companies", "--server", nobody),
                FAILED,
                "rowhound: no server responds at " + nobody + "; is it running?");
    }

    @Test
    void aPortThatIsBusy() throws Exception {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = holder.getLocalPort();

            assertFails(
                    runHere("serve", "--set=http.port=" + port),
                    FAILED,
                    "rowhound: the node cannot start: port " + port
                            + " on 127.0.0.1 is in use; stop the program that"
                            + " uses it, or set another port with --set http.port=N or PORT=N");
            assertThat(folder.resolve("data")).as("what a start makes first").doesNotExist();
        }
    }

    @Test
    void aFolderThatCannotBeWritten() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertFails(
                runHere("serve", "--set=artifacts.folder=" + file.resolve("files")),
                FAILED,
                "rowhound: the node cannot start: the artifact folder " + file.resolve("files")
                        + " is not writable (Not a directory); set another one with --set"
                        + " artifacts.folder=FOLDER");
        assertThat(folder.resolve("data").resolve("redis"))
                .as("no Redis was started")
                .doesNotExist();
    }

    @Test
    void aDataFolderThatAnotherNodeWorksIn() throws Exception {
        Path data = shared.resolve("data");

        assertFails(
                runHere("serve", "--set=data=" + data),
                FAILED,
                "rowhound: the node cannot start: another node uses the data folder " + data
                        + "; stop it, or set another folder with --set data=FOLDER");
        assertThat(node.jobs()).as("the other node still serves").isNotNull();
    }

    @Test
    void aConfigurationThatIsNotJson() throws Exception {
        Files.writeString(folder.resolve("broken.json"), "{\"http\": {");

        Ended serve = run("serve", "--config", "broken.json");

        assertThat(serve.exitCode()).isEqualTo(WRONG_USAGE);
        assertThat(serve.complaints()).hasSize(2);
        assertThat(serve.complaints().get(0)).isEqualTo("rowhound: the configuration cannot be used:");
        assertThat(serve.complaints().get(1)).startsWith("  broken.json: is not JSON: line 1, column ");
    }

    @Test
    void aConfigurationWithSeveralFaultsIsToldThemAtOnce() throws Exception {
        Files.writeString(folder.resolve("wrong.json"), """
                {"htp": {"port": 8102}, "queue": {"lease_ms": "long"}, "worker": {"slots": 0}}
                """);

        Ended serve = run("serve", "--config", "wrong.json");

        assertThat(serve.exitCode()).isEqualTo(WRONG_USAGE);
        assertThat(serve.complaints())
                .containsExactlyInAnyOrder(
                        "rowhound: the configuration cannot be used:",
                        "  htp: is unknown; did you mean \"http\"?",
                        "  queue.lease_ms: is \"long\"; use a whole number",
                        "  worker.slots: is 0; use a number from 1 to 64");
    }

    @Test
    void aChromiumThatDoesNotExist() throws Exception {
        assertFails(
                runHere("serve", "--set=crawl.chromium=/nope"),
                FAILED,
                "rowhound: the node cannot start: crawl.chromium is /nope, which is not an executable file; set the path"
                        + " of a Chromium, or null to search for one");
    }

    @Test
    void aRedisThatDoesNotAnswer() throws Exception {
        int port = RowhoundProcess.freePort();

        assertFails(
                runHere("serve", "--set=redis.url=redis://user:secret@127.0.0.1:" + port),
                FAILED,
                "rowhound: the node cannot start: Redis does not respond (Connection refused: /127.0.0.1:" + port
                        + "); start it, or set redis.url to a running one");
    }

    @Test
    void aRedisThatMayForgetJobs() throws Exception {
        RedisConfig.Embedded own =
                new RedisConfig.Embedded(RowhoundProcess.freePort(), null, RedisConfig.Fsync.EVERYSEC, 0);
        try (EmbeddedRedis redis = EmbeddedRedis.start(own, folder.resolve("other"))) {
            configure(URI.create(redis.url()), "maxmemory-policy", "allkeys-lru");

            assertFails(
                    runHere("serve", "--set=redis.url=" + redis.url()),
                    FAILED,
                    "rowhound: the node cannot start: Redis may evict jobs: its maxmemory-policy is allkeys-lru;"
                            + " set it to noeviction");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "run", "serve", "install", "demo-site"})
    void helpAndVersion(String command) throws Exception {
        String[] help = command.isEmpty() ? new String[] {"--help"} : new String[] {command, "--help"};
        String[] version = command.isEmpty() ? new String[] {"--version"} : new String[] {command, "--version"};

        Ended helped = run(help);
        Ended versioned = run(version);

        assertThat(helped.exitCode()).isZero();
        assertThat(helped.out()).startsWith("Usage: rowhound" + (command.isEmpty() ? "" : " " + command));
        assertThat(versioned.exitCode()).isZero();
        assertThat(versioned.out()).matches("rowhound \\d+\\.\\d+\\.\\d+\\S*\n");
        assertThat(helped.err() + versioned.err()).isEmpty();
    }

    private static void assertFails(Ended command, int exitCode, String... complaints) {
        assertThat(command.complaints()).containsExactly(complaints);
        assertThat(command.exitCode()).isEqualTo(exitCode);
        assertThat(command.err()).doesNotContain("Exception", "secret");
    }

    private static String server() {
        return node.address().toString();
    }

    /** A command that starts a node of its own, if it gets so far. */
    private Ended runHere(String command, String... more) throws Exception {
        List<String> arguments = ServedNode.arguments(folder, command, Map.of());
        arguments.addAll(Arrays.asList(more));
        return end(arguments);
    }

    private Ended run(String... arguments) throws Exception {
        return end(new ArrayList<>(Arrays.asList(arguments)));
    }

    private Ended end(List<String> arguments) throws Exception {
        try (RowhoundProcess process = RowhoundProcess.start(folder, List.of("-Xmx256m"), arguments)) {
            int exitCode = process.exitCode(A_WHILE);
            return new Ended(exitCode, process.out(), process.err());
        }
    }

    private static void configure(URI redis, String key, String value) throws Exception {
        String password = redis.getUserInfo().substring(1);
        try (Socket socket = new Socket(redis.getHost(), redis.getPort())) {
            socket.getOutputStream()
                    .write(("AUTH " + password + "\r\nCONFIG SET " + key + " " + value + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader replies =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(replies.readLine()).isEqualTo("+OK");
            assertThat(replies.readLine()).isEqualTo("+OK");
        }
    }
}
