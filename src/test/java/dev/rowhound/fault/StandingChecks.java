package dev.rowhound.fault;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What holds of a job's keys at every moment, also in the middle of a fault. */
final class StandingChecks {
    private static final String OPEN_STATES = "rthq";
    private static final String ENDED_STATES = "fnibx";
    private static final int MOST_SHOWN = 5;

    private final JobDump job;
    private final List<String> violations = new ArrayList<>();

    private StandingChecks(JobDump job) {
        this.job = job;
    }

    /** What is wrong with a job, nothing where all is well. */
    static List<String> check(JobDump job) {
        StandingChecks checks = new StandingChecks(job);
        checks.totals();
        // A job whose input failed keeps no rows.
        if (!job.state().equals("failed")) {
            checks.rows();
        }
        checks.reach();
        return checks.violations;
    }

    private void totals() {
        int rows = job.number("rows");
        if (job.terminal()) {
            expect("ended rows", rows, job.ended());
            expect("total", rows, job.number("total"));
        }
        for (char state : (OPEN_STATES + ENDED_STATES + "c").toCharArray()) {
            if (job.counter(state) < 0 || job.counter(state) > rows) {
                wrong("counter " + state + " is " + job.counter(state) + " of " + rows + " rows");
            }
        }
        if (job.state().equals("completed")) {
            expect("cancelled rows of a completed job", 0, job.counter('c'));
        }
        if (job.state().equals("running") && !job.m().containsKey("scan") && job.ended() >= rows) {
            wrong("all " + rows + " rows have ended, but the job runs");
        }
    }

    private void rows() {
        Map<Character, Integer> counted = new HashMap<>();
        Set<Integer> running = new TreeSet<>();
        Set<Integer> retrying = new TreeSet<>();
        Set<Integer> held = new TreeSet<>();
        Set<Integer> unreachable = new TreeSet<>();
        int rows = job.number("rows");
        for (int row = 1; row <= rows; row++) {
            char state = job.state(row);
            switch (state) {
                case '=' -> {}
                case '\0' -> {
                    if (row < job.number("next")) {
                        unreachable.add(row);
                    }
                }
                case 'r' -> running.add(row);
                case 't' -> retrying.add(row);
                case 'h' -> held.add(row);
                default -> {
                    if (ENDED_STATES.indexOf(state) < 0) {
                        wrong("row " + row + " has the state byte " + (int) state);
                    }
                }
            }
            boolean counts = state != '=' && state != '\0';
            boolean withRepeats = ENDED_STATES.indexOf(state) >= 0 && state != 'i';
            if (counts) {
                counted.merge(state, withRepeats ? 1 + job.repeats().getOrDefault(row, 0) : 1, Integer::sum);
            }
        }
        if (job.states().length() > rows) {
            wrong("there are " + job.states().length() + " state bytes for " + rows + " rows");
        }
        boolean cancelled = job.state().equals("cancelled");
        counters(counted, cancelled);
        same("leases", cancelled ? Set.of() : running, job.leases().keySet());
        same("owners", cancelled ? Set.of() : running, job.owners().keySet());
        same("rows to retry", cancelled ? Set.of() : retrying, job.due().keySet());
        same("held rows", cancelled ? Set.of() : held, job.held().keySet());
        if (!cancelled) {
            same("untouched rows behind the cursor", Set.of(), unreachable);
        }
    }

    private void counters(Map<Character, Integer> counted, boolean cancelled) {
        int told = 0;
        for (char state : ENDED_STATES.toCharArray()) {
            expect("counter " + state, counted.getOrDefault(state, 0), job.counter(state));
            told += counted.getOrDefault(state, 0);
        }
        for (char state : OPEN_STATES.toCharArray()) {
            // Nothing is written for each item that a cancel ends.
            expect("counter " + state, cancelled ? 0 : counted.getOrDefault(state, 0), job.counter(state));
        }
        expect("counter c", cancelled ? job.number("rows") - told : 0, job.counter('c'));
    }

    private void reach() {
        if (job.open() && !job.indexed()) {
            wrong("the job is open, but not in the index of open jobs");
        }
    }

    private void expect(String what, int expected, int actual) {
        if (expected != actual) {
            wrong(what + ": " + actual + ", not " + expected);
        }
    }

    private void same(String what, Set<Integer> expected, Set<Integer> actual) {
        if (!expected.equals(actual)) {
            Set<Integer> missing = new TreeSet<>(expected);
            missing.removeAll(actual);
            Set<Integer> surplus = new TreeSet<>(actual);
            surplus.removeAll(expected);
            wrong(what + ": missing " + few(missing) + ", too many " + few(surplus));
        }
    }

    private static String few(Set<Integer> rows) {
        String shown = rows.stream().limit(MOST_SHOWN).toList().toString();
        return rows.size() > MOST_SHOWN ? shown + " and " + (rows.size() - MOST_SHOWN) + " more" : shown;
    }

    private void wrong(String text) {
        violations.add("job " + job.job() + " (" + job.state() + "): " + text);
    }
}
