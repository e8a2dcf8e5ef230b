package dev.rowhound.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All faults in random order, again and again with other seeds. {@code mvn -Psoak verify} runs this alone, for 30
 * minutes or {@code -Drowhound.fault.minutes}, and leaves a line a run in {@code target/fault/soak/report.md}.
 */
@Tag("soak")
class FaultSoakIT {
    private static final Path REPORTS = Path.of(System.getProperty("rowhound.build", "target"))
            .resolve("fault")
            .resolve("soak");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Test
    void nothingIsLostForHalfAnHour() throws Exception {
        long seed = Long.getLong("rowhound.fault.seed", System.currentTimeMillis() % 1_000_000);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Long.getLong("rowhound.fault.minutes", 30));
        Random random = new Random(seed);
        List<Scenario> scenarios = new ArrayList<>(new Scenarios(false).all());
        for (long round = 0; System.nanoTime() - end < 0; round++) {
            Collections.shuffle(scenarios, random);
            // A fresh cluster each round, so that its logs stay of a size to be read whole.
            try (Cluster cluster = Cluster.start(REPORTS.resolve("cluster"), seed + round, null)) {
                for (Scenario scenario : scenarios) {
                    if (System.nanoTime() - end < 0) {
                        FaultRun.run(cluster, scenario, seed + round, PATIENCE, REPORTS);
                    }
                }
            }
        }
    }
}
