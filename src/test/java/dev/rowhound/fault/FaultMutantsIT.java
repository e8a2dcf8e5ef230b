package dev.rowhound.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Faults put into the scripts on purpose: the suite finds each. {@code mvn -Pmutants verify} runs this alone and leaves
 * its report in {@code target/fault/mutants.md}.
 */
@Tag("mutants")
class FaultMutantsIT {
    private static final Path REPORTS = Path.of(System.getProperty("rowhound.build", "target"))
            .resolve("fault")
            .resolve("mutants");
    private static final Path REPORT = REPORTS.resolveSibling("mutants.md");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_SHOWN = 160;

    @BeforeAll
    static void beginReport() throws IOException {
        Files.createDirectories(REPORTS);
        Files.writeString(REPORT, "| mutant | found by | violations | the first |\n| --- | --- | --- | --- |\n");
    }

    @TestFactory
    Stream<DynamicTest> eachIsFound() {
        long seed = Long.getLong("rowhound.fault.seed", 1);
        DynamicTest control = DynamicTest.dynamicTest("none", () -> {
            Found found = find(seed, null, scenarios("CDGH"));
            tell("none", found);
            assertThat(found).as("what is wrong without a mutant").isNull();
        });
        return Stream.concat(
                Stream.of(control),
                Mutant.all().stream()
                        .map(mutant -> DynamicTest.dynamicTest(mutant.name(), () -> {
                            Path scripts = REPORTS.resolve(
                                    mutant.name().replace(' ', '-').replace("'", ""));
                            mutant.write(scripts);
                            Found found = find(seed, scripts, scenarios(mutant.faults()));
                            tell(mutant.name(), found);
                            assertThat(found).as("who finds " + mutant.name()).isNotNull();
                        })));
    }

    private record Found(String scenario, List<String> violations) {}

    private static List<Scenario> scenarios(String letters) {
        Scenarios all = new Scenarios(false);
        return Stream.concat(
                        Stream.of(all.calm()),
                        Stream.of(all.c(), all.d(), all.g(), all.h()).filter(each -> letters.contains(each.name())))
                .toList();
    }

    /** The first scenario that finds something wrong with these scripts, or null. */
    private static Found find(long seed, Path scripts, List<Scenario> scenarios) throws Exception {
        try (Cluster cluster = Cluster.start(REPORTS.resolve("cluster"), seed, scripts)) {
            for (Scenario scenario : scenarios) {
                try {
                    FaultRun.run(cluster, scenario, seed, PATIENCE, REPORTS);
                } catch (FaultRun.ViolatedError e) {
                    // A mutant may keep a fault from showing; that alone finds nothing.
                    List<String> found = e.violations().stream()
                            .filter(violation -> !violation.endsWith(FaultRun.NOT_TRIED))
                            .toList();
                    if (!found.isEmpty()) {
                        return new Found(scenario.name(), found);
                    }
                }
            }
            return null;
        }
    }

    private static void tell(String mutant, Found found) throws IOException {
        List<String> violations = found == null ? List.of() : found.violations();
        String first =
                violations.isEmpty() ? "" : violations.get(0).replace('|', '/').replaceAll("job [0-9a-f-]{36} ", "");
        String row = "| " + mutant + " | " + (found == null ? "nobody" : found.scenario()) + " | " + violations.size()
                + " | " + first.substring(0, Math.min(MOST_SHOWN, first.length())) + " |\n";
        Files.writeString(REPORT, row, StandardOpenOption.APPEND);
        System.out.print(row);
    }
}
