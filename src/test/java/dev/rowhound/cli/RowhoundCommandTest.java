package dev.rowhound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.cli.console.TestTerminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RowhoundCommandTest {
    private final TestTerminal terminal = new TestTerminal(false);

    @TempDir
    private Path folder;

    private Path list = Path.of("");

    @BeforeEach
    void writeList() throws IOException {
        list = Files.writeString(folder.resolve("list.csv"), "code\n1\n");
    }

    @AfterEach
    void forgetWhereToLog() {
        System.clearProperty("rowhound.log.file");
        System.clearProperty("rowhound.log.level");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                  | Missing command: use demo, run, serve, try, recipe, doctor or install",
                "serv                                | Unknown command \"serv\"; did you mean \"serve\"?",
                "serve --prot 9000                   | Unknown option \"--prot\"; did you mean \"--port\"?",
                "serve --port 99999                  | http.port: is 99999; use",
                "serve --port                        | Missing required parameter for option '--port' (PORT)",
                "serve --role cook                   | roles[0]: is \"cook\"",
                "serve --set worker.slots            | should be in KEY=VALUE format but was worker.slots",
                "serve --set http.prot=1             | http.prot: is not a configuration key",
                "serve --set log.level=loud          | log.level is \"loud\"; use one of error, warn, info",
                "serve --config none.json            | none.json: does not exist",
                "serve now                           | Unknown argument \"now\"",
                "run LIST                            | Missing required option: '--recipe=NAME'",
                "run --recipe companies              | Missing required parameter: 'FILE'",
                "run none.csv -r companies           | none.csv does not exist",
                "run FOLDER -r companies             | is not a file; use a CSV file",
                "run EMPTY -r companies              | is empty; use a CSV file with one row per look-up",
                "run LIST -r companies --format xlsx | expected one of [CSV, JSON, NDJSON]",
                "run LIST -r companies --out FOLDER  | is a folder; use a file name",
                "run LIST -r companies --out no/x    | no/x cannot be written: there is no folder",
                "run LIST -r companies --server box  | \"box\" is not a server address; use one such as",
                "doctor                              | Missing required option: '--url=URL'",
                "doctor --url box                    | \"box\" is not a server address; use one such as",
                "doctor -u http://x --seconds 151    | --seconds is 151; use 1 to 150",
                "doctor -u http://x --quick --seconds 9 | --quick skips the idle checks",
                "demo --fast                         | Unknown option \"--fast\"",
                "demo-site --idle-minutes -1         | --idle-minutes is -1; use 0 or more",
            })
    void answersWrongUsageWithTwoAndASentence(String line, String sentence) throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.csv"), "");
        String[] args = line.isEmpty() ? new String[0] : line.split(" ", -1);
        for (int i = 0; i < args.length; i++) {
            args[i] = args[i].replace("LIST", list.toString())
                    .replace("EMPTY", empty.toString())
                    .replace("FOLDER", folder.toString());
        }

        assertThat(run(args)).isEqualTo(2);

        assertThat(terminal.err()).startsWith("rowhound: ").contains(sentence).doesNotContain("Exception", "\tat ");
        assertThat(terminal.err().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(terminal.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "run", "serve", "try", "recipe", "doctor", "install", "demo-site"})
    void teachesByExamplesAndTellsTheVersionInEveryHelp(String command) {
        CommandLine line = line();
        StringWriter out = new StringWriter();
        line.setOut(new PrintWriter(out));
        String[] prefix = command.isEmpty() ? new String[0] : new String[] {command};

        assertThat(line.execute(with(prefix, "--help"))).isZero();
        assertThat(out.toString())
                .contains(
                        "Usage: rowhound",
                        "Examples:",
                        "  rowhound " + command,
                        "Exit codes:",
                        "  2   the command line");

        out.getBuffer().setLength(0);
        assertThat(line.execute(with(prefix, "--version"))).isZero();
        assertThat(out.toString().strip()).isEqualTo("rowhound development");
    }

    @Test
    void saysInASentenceWhyANodeCannotStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThat(run("serve", "--port", "" + port, "--set", "data=" + folder))
                    .isEqualTo(1);
            assertThat(terminal.err())
                    .startsWith("rowhound: the node cannot start: ")
                    .contains("" + port);
        }
    }

    @Test
    void saysInASentenceThatNoServerAnswers() {
        assertThat(run("run", list.toString(), "-r", "companies", "--server", "http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(terminal.err()).startsWith("rowhound: no server responds at http://127.0.0.1:1");
    }

    private int run(String... args) {
        return line().execute(args);
    }

    private CommandLine line() {
        return RowhoundCommand.commandLine(RowhoundCommandTest.class, terminal.terminal());
    }

    private static String[] with(String[] prefix, String last) {
        String[] args = Arrays.copyOf(prefix, prefix.length + 1);
        args[prefix.length] = last;
        return args;
    }
}
