package dev.rowhound.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Nodes and Redis die, stop, lose connections, memory and the end of their log, and nothing is lost or counted twice.
 * The seed is printed; {@code -Drowhound.fault.seed} repeats one, {@code -Drowhound.fault.only=A,F} runs some scenarios only.
 */
class FaultSuiteIT {
    private static final Path BUILD = Path.of(System.getProperty("rowhound.build", "target"));
    private static final Path REPORTS = BUILD.resolve("fault");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Cluster cluster;

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }

    @TestFactory
    Stream<DynamicTest> small() {
        return tests(new Scenarios(false));
    }

    @Tag("full")
    @TestFactory
    Stream<DynamicTest> whole() {
        return tests(new Scenarios(true));
    }

    private static Stream<DynamicTest> tests(Scenarios scenarios) {
        long seed = Long.getLong("rowhound.fault.seed", System.currentTimeMillis() % 1_000_000);
        Optional<String> only = Optional.ofNullable(System.getProperty("rowhound.fault.only"));
        return scenarios.all().stream()
                .filter(each -> only.isEmpty() || List.of(only.get().split(",")).contains(each.name()))
                .map(each -> DynamicTest.dynamicTest(
                        each.name() + " " + each.fsync() + ", seed " + seed,
                        () -> FaultRun.run(cluster(seed), each, seed, PATIENCE, REPORTS)));
    }

    @Test
    void endedJobsLeaveNothingBehind() throws Exception {
        Retention.check(cluster(1), REPORTS);
    }

    @Test
    void hostsAreAskedNoFasterThanTheyMayBe() throws Exception {
        Politeness.check(cluster(1));
    }

    private static synchronized Cluster cluster(long seed) throws Exception {
        if (cluster == null) {
            cluster = Cluster.start(REPORTS.resolve("cluster-" + seed), seed, null);
        }
        return cluster;
    }
}
