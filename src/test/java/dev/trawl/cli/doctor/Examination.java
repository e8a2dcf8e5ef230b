package dev.trawl.cli.doctor;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** Lets the doctor look at a deployment of a test's, faster than in earnest. */
final class Examination {
    private static final Duration GRACE = Duration.ofSeconds(3);

    private Examination() {}

    /** With silent connections of that many seconds; 0 for none. */
    static Report of(URI address, int silence) throws Exception {
        return of(address, new Settings(silence, 1, Long.MAX_VALUE, GRACE));
    }

    static Report of(URI address, Settings settings) throws Exception {
        return new Doctor(settings, new Doctor.Listener() {
                    @Override
                    public void met(Set<Front> fronts, String server, int checks) {}

                    @Override
                    public void done(String check) {}
                })
                .examine(address);
    }

    /** The faults of the findings. */
    static Set<Fault> findings(Report report) {
        return faults(report, Verdict.Level.FINDING);
    }

    static Set<Fault> notes(Report report) {
        return faults(report, Verdict.Level.NOTE);
    }

    private static Set<Fault> faults(Report report, Verdict.Level level) {
        return report.verdicts().stream()
                .filter(verdict -> verdict.level() == level)
                .map(Verdict::fault)
                .collect(Collectors.toSet());
    }
}
