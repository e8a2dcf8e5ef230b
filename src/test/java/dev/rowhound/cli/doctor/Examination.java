package dev.rowhound.cli.doctor;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Lets the doctor look at a deployment of a test's, faster than in earnest. */
final class Examination {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(100);
    private static final int AT_ONCE = 6;
    private static final int FLOW = 3;

    private Examination() {}

    /** With silent connections of that many seconds; 0 for none. */
    static Report of(URI address, int silence) throws Exception {
        return of(address, silence, GRACE);
    }

    /** The same with that patience. */
    static Report of(URI address, int silence, Duration grace) throws Exception {
        return of(address, silence, grace, () -> {});
    }

    /** The same with something that is done when the node has greeted. */
    static Report of(URI address, int silence, Duration grace, Runnable met) throws Exception {
        Settings settings = new Settings(silence, FLOW, Long.MAX_VALUE, grace);
        return new Doctor(settings, new Doctor.CheckListener() {
                    @Override
                    public void started(Set<ProxyKind> proxies, String server, int checks) {
                        met.run();
                    }

                    @Override
                    public void finished(String check) {}
                })
                .examine(address);
    }

    /** Brings about a report. */
    interface Asking {
        Report ask() throws Exception;
    }

    /** A test for each case, whose examinations run a few at a time: they mostly wait. */
    static <C> Stream<DynamicTest> sideBySide(
            List<C> cases, Function<C, String> name, Function<C, Asking> asking, BiConsumer<C, Report> check) {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        Map<C, Future<Report>> reports = new LinkedHashMap<>();
        for (C one : cases) {
            reports.put(one, threads.submit(() -> asking.apply(one).ask()));
        }
        threads.shutdown();
        return cases.stream()
                .map(one -> DynamicTest.dynamicTest(
                        name.apply(one),
                        () -> check.accept(one, reports.get(one).get(LIMIT.toSeconds(), TimeUnit.SECONDS))));
    }

    /** The report as the command prints it, for a test's failure. */
    static String tell(Report report) {
        return report.toJson().encodePrettily();
    }

    /** The faults of the findings. */
    static Set<Fault> findings(Report report) {
        return faults(report, CheckResult.Level.FINDING);
    }

    static Set<Fault> notes(Report report) {
        return faults(report, CheckResult.Level.NOTE);
    }

    private static Set<Fault> faults(Report report, CheckResult.Level level) {
        return report.results().stream()
                .filter(result -> result.level() == level)
                .map(CheckResult::fault)
                .collect(Collectors.toSet());
    }
}
