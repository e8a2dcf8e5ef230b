package dev.rowhound.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.docs.DocPage.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the commands of README and docs, word for word, page by page, each page in one shell as a reader has it. It has a
 * network of its own, in which every port is free, and processes of its own, of which none is left.
 */
class DocCommandsIT {
    private static final Path HOME = Path.of(System.getProperty("rowhound.home"));
    private static final Path BUILD = Path.of(System.getProperty("rowhound.build"));

    /** Longer than any page takes on a busy machine. */
    private static final int MAX_SECONDS = 900;

    /** What a checkout has that commands use; the build stands behind a link. */
    private static final List<String> CHECKOUT = List.of("bin", "conf", "deploy", "examples", "clients/js");

    private static final String MARK = "@@ step ";

    /** Commands wait more than they compute, so three at once fit. */
    private static final int AT_ONCE = 3;

    private static final String DEMO = "the demo";
    private static final String PROCFILE = "Procfile";
    private static final String ENVIRONMENT = ".env.example";

    @TempDir
    static Path shared;

    private static final ExecutorService SHELLS = Executors.newFixedThreadPool(AT_ONCE);
    private static final Map<String, Future<String>> PRINTED = new ConcurrentHashMap<>();

    @BeforeAll
    static void startPages() throws IOException {
        for (String name : pages()) {
            start(name, script(DocPage.read(HOME, name)));
        }
        start(DEMO, "bin/rowhound demo --exit; echo exit code $?");
        start(PROCFILE, procfile());
        start(ENVIRONMENT, environment());
    }

    private static void start(String name, String script) {
        PRINTED.put(name, SHELLS.submit(() -> run(script)));
    }

    @AfterAll
    static void endPages() {
        SHELLS.shutdownNow();
    }

    /** The pages with the most commands first, so that none of the longest runs alone at the end. */
    static List<String> pages() throws IOException {
        List<DocPage> pages = new ArrayList<>();
        for (String name : DocPage.names(HOME)) {
            DocPage page = DocPage.read(HOME, name);
            if (page.isRun()) {
                pages.add(page);
            }
        }
        return pages.stream()
                .sorted(Comparator.comparingInt((DocPage page) -> page.steps().size())
                        .reversed())
                .map(DocPage::name)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void doesWhatThePageSays(String name) throws Exception {
        DocPage page = DocPage.read(HOME, name);
        String output = printed(name);
        for (int i = 0; i < page.steps().size(); i++) {
            Step step = page.steps().get(i);
            for (Pattern printed : step.prints()) {
                assertThat(printed.matcher(output(output, i)).find())
                        .as("%s:%d prints %s; the page printed:%n%s", name, step.line(), printed, output)
                        .isTrue();
            }
        }
    }

    @Test
    void theDemoEndsAsExpected() throws Exception {
        assertThat(printed(DEMO)).contains("All results are as expected", "exit code 0");
    }

    @Test
    void theProcfilesProcessesWorkTogether() throws Exception {
        assertThat(printed(PROCFILE)).contains("found 194");
    }

    private static String procfile() throws IOException {
        String start = Files.readAllLines(HOME.resolve("Procfile")).stream()
                .map(line -> "sh -c '" + line.substring(line.indexOf(':') + 1) + "' &\n")
                .collect(Collectors.joining());
        return """
                bin/rowhound demo-site >/dev/null 2>&1 &
                %s
                for port in 8103 8104; do
                  until curl -sf -m 2 localhost:$port/health/ready; do sleep 0.5; done
                done
                curl -s localhost:8102/api/v1/recipes/companies/try -d '{"keys": ["3600101238"]}'
                bin/rowhound run examples/javadoc/classes.csv --recipe javadoc --server http://localhost:8102
                """.formatted(start);
    }

    @Test
    void theExampleOfAnEnvironmentStartsANodeOfACluster() throws Exception {
        assertThat(printed(ENVIRONMENT)).contains("\"event_bus\"").contains("healthy");
    }

    private static String environment() {
        return """
                ip addr add 10.0.0.1/32 dev lo
                ip addr add 10.0.0.9/32 dev lo
                redis-server --bind 10.0.0.9 --port 6379 --protected-mode no --save '' >/dev/null &
                sed -n 's/^# *\\([A-Z_]*=\\)/\\1/p; /^[A-Z]/p' %s | grep -v -e JAVA -e SECRET | sed 's|/srv/rowhound|data|' > .env
                cat .env
                set -a && . ./.env && set +a
                bin/rowhound serve &
                for i in $(seq 600); do
                  curl -sf -m 2 127.0.0.1:8103/health && break
                  sleep 0.2
                done
                """.formatted(HOME.resolve(".env.example"));
    }

    private static Path checkout(Path folder) throws IOException {
        Path checkout = folder.resolve("rowhound");
        for (String part : CHECKOUT) {
            try (Stream<Path> files = Files.walk(HOME.resolve(part))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = checkout.resolve(HOME.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        Files.createSymbolicLink(checkout.resolve("target"), BUILD);
        return checkout;
    }

    private static String printed(String name) throws Exception {
        try {
            return Objects.requireNonNull(PRINTED.get(name)).get();
        } catch (ExecutionException e) {
            throw new AssertionError(name, e.getCause());
        }
    }

    private static String script(DocPage page) {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < page.steps().size(); i++) {
            script.append("echo '").append(MARK).append(i).append("'\n");
            if (page.steps().get(i).notRun() == null) {
                script.append(page.steps().get(i).commands()).append('\n');
            }
        }
        return script.append("echo '")
                .append(MARK)
                .append(page.steps().size())
                .append("'\n")
                .toString();
    }

    private static String output(String all, int step) {
        int begin = all.indexOf(MARK + step + "\n");
        int end = all.indexOf(MARK + (step + 1) + "\n");
        return begin < 0 ? "" : all.substring(begin, end < 0 ? all.length() : end);
    }

    /** Runs commands in a checkout, and answers what they have printed, errors too. */
    private static String run(String script) throws Exception {
        Path folder = Files.createTempDirectory(shared, "page");
        Path checkout = checkout(folder);
        Path log = folder.resolve("output.txt");
        Path file = Files.writeString(folder.resolve("page.sh"), "ip link set lo up\n" + script);
        List<String> command = new ArrayList<>(List.of(
                "unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", file.toString()));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.add(1, "--map-root-user");
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(checkout.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(key -> key.startsWith("ROWHOUND_")
                        || List.of("HOST", "PORT", "REDIS_URL", "REDIS_HOST", "LOG_LEVEL", "JAVA_TOOL_OPTIONS")
                                .contains(key));
        // Compiled once and lightly: a page starts several programs.
        builder.environment().put("ROWHOUND_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(MAX_SECONDS, TimeUnit.SECONDS))
                    .as("the page's commands end within %d s; they printed:%n%s", MAX_SECONDS, Files.readString(log))
                    .isTrue();
            return Files.readString(log);
        } finally {
            process.destroyForcibly();
            process.onExit().join();
            Files.delete(checkout.resolve("target"));
        }
    }
}
