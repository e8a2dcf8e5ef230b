package dev.rowhound.fault;

import dev.rowhound.fault.EventWatcher.Applied;
import dev.rowhound.fault.JobDump.LoggedEvent;
import dev.rowhound.fault.NodeLogs.Completion;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What holds of a job that has ended, against what its input asked for, what the nodes were told and what its watchers
 * were sent.
 */
final class OutcomeChecks {
    private static final String ENDED = "fnbx";

    private final JobRun run;
    private final JobDump job;
    private final HistoryChecks history;
    private final NodeLogs logs;
    private final boolean poisonous;
    private final boolean mayLose;
    private final List<String> violations = new ArrayList<>();
    private final List<Completion> lost = new ArrayList<>();
    private int acknowledged;

    /**
     * Checks a job.
     *
     * @param poisonous whether poison was on
     * @param mayLose whether Redis may have lost the end of its log, so that what it acknowledged may be gone
     */
    OutcomeChecks(JobRun run, JobDump job, HistoryChecks history, NodeLogs logs, boolean poisonous, boolean mayLose) {
        this.run = run;
        this.job = job;
        this.history = history;
        this.logs = logs;
        this.poisonous = poisonous;
        this.mayLose = mayLose;
        state();
        rows();
        acknowledged();
        attempts();
        watchers();
    }

    List<String> violations() {
        return violations;
    }

    /** Completions that nodes know to be counted. */
    int acknowledgedEnds() {
        return acknowledged;
    }

    /** Those of them whose result is not the one that stands. */
    List<Completion> lost() {
        return lost;
    }

    private void state() {
        if (run.cancelled() && !job.state().equals("cancelled") && !mayLose) {
            wrong("a cancel was acknowledged");
        }
        if (!run.cancelWished() && !job.state().equals("completed")) {
            wrong("nobody has asked for that state");
        }
        if (job.number("rows") != run.sheet().rows()) {
            wrong("it has " + job.number("rows") + " rows, " + run.sheet().rows() + " were uploaded");
        }
    }

    private void rows() {
        int[] firsts = run.sheet().firsts();
        boolean cancelled = job.state().equals("cancelled");
        Map<Integer, Integer> repeats = new HashMap<>();
        Set<Integer> withResult = new HashSet<>();
        for (int row = 1; row <= run.sheet().rows(); row++) {
            char state = job.state(row);
            if (run.sheet().refused(row)) {
                expect(row, state, "i");
            } else if (firsts[row] != row) {
                expect(row, state, "=");
                repeats.merge(firsts[row], 1, Integer::sum);
            } else {
                if (ENDED.indexOf(state) >= 0) {
                    withResult.add(row);
                }
                if (!cancelled || ENDED.indexOf(state) >= 0) {
                    outcome(row, state);
                }
            }
        }
        if (!repeats.equals(new HashMap<>(job.repeats()))) {
            wrong("its repeats are not those of its input");
        }
        // Failed rows that were to be tried again keep their old result until they have a new one.
        boolean same = job.number("gen") == 1
                ? withResult.equals(job.results().keySet())
                : job.results().keySet().containsAll(withResult);
        if (!job.m().containsKey("segment") && !same) {
            wrong(withResult.size() + " rows have ended, " + job.results().size() + " have a result");
        }
    }

    private void outcome(int row, char state) {
        Kind kind = Kind.of(run.sheet().key(row));
        if (state == 'x' && result(row).contains("\"code\":\"worker_lost\"")) {
            boolean crashed = mayLose || !history.whole() || history.lost(row) >= Cluster.CRASH_LIMIT;
            if (!crashed) {
                wrong("row " + row + " was given up for lost workers after " + history.lost(row));
            }
            return;
        }
        expect(
                row,
                state,
                switch (kind) {
                    case FOUND, SLOW, LARGE -> "f";
                    case NOT_FOUND -> "n";
                    case BLOCKED -> "b";
                    case FAULTY -> "x";
                    case UNREACHABLE -> run.retried() ? "fx" : "x";
                    case FLAKY -> "fx";
                    // That a worker was lost is the only end of it, told above.
                    case POISON -> poisonous ? "" : "f";
                });
        if (state == 'f'
                && !job.m().containsKey("segment")
                && !result(row).contains("\"" + run.sheet().key(row) + "\"")) {
            wrong("row " + row + " has the result of another: " + result(row));
        }
    }

    private String result(int row) {
        return job.results().getOrDefault(row, "||");
    }

    private void expect(int row, char state, String allowed) {
        if (allowed.indexOf(state) < 0) {
            String key = run.sheet().key(row);
            wrong("row " + row + " (" + key + ") has the state '" + state + "' and not one of '" + allowed + "': "
                    + job.results().get(row));
        }
    }

    /** What a node was told to be counted is in the results. */
    private void acknowledged() {
        Map<Integer, Set<String>> tokens = new HashMap<>();
        for (Completion completion : logs.completions()) {
            if (completion.job().equals(job.job()) && completion.acknowledgedEnd()) {
                acknowledged++;
                tokens.computeIfAbsent(completion.row(), row -> new HashSet<>()).add(completion.token());
                String[] standing = result(completion.row()).split("\\|", 3);
                boolean superseded =
                        Integer.parseInt("0" + standing[1]) > 1 && fence(standing[0]) > fence(completion.token());
                if (!standing[0].equals(completion.token())
                        && !superseded
                        && !job.m().containsKey("segment")) {
                    lost.add(completion);
                    if (!mayLose) {
                        wrong("row " + completion.row() + ": " + completion.node() + " knows of its end with "
                                + completion.token() + ", but " + job.results().get(completion.row())
                                + " stands there");
                    } else if (!job.results().containsKey(completion.row())
                            && !job.state().equals("cancelled")) {
                        wrong("row " + completion.row() + " was lost and not run again");
                    }
                }
            }
        }
        if (!mayLose) {
            tokens.forEach((row, ends) -> {
                if (ends.size() > job.number("gen")) {
                    wrong("row " + row + " was counted more than once: " + ends);
                }
            });
        }
    }

    private static long fence(String token) {
        int dash = token.indexOf('-');
        return dash < 0 ? 0 : Long.parseLong(token.substring(0, dash));
    }

    /** The crawler is asked only for rows whose start was counted. */
    private void attempts() {
        if (mayLose || !history.whole()) {
            return;
        }
        for (int row = 1; row <= run.sheet().rows(); row++) {
            int asked = logs.attempts(job.job(), row);
            if (asked > history.started(row)) {
                wrong("row " + row + " was looked up " + asked + " times, started " + history.started(row));
            }
            boolean poison = poisonous
                    && !run.sheet().refused(row)
                    && Kind.of(run.sheet().key(row)) == Kind.POISON;
            if (poison && asked > Cluster.CRASH_LIMIT) {
                wrong("row " + row + " is poison and was looked up " + asked + " times");
            }
        }
    }

    private void watchers() {
        Map<Long, String> marks = new HashMap<>();
        for (LoggedEvent event : job.events()) {
            marks.put(event.seq(), event.mark());
        }
        for (EventWatcher watcher : run.watchers()) {
            violations.addAll(watcher.violations());
            if (watcher.resets() > 0 && !mayLose && history.whole()) {
                wrong("a watcher was set back, but no history was lost");
            }
            List<Applied> applied = watcher.applied();
            for (Applied event : applied) {
                String mark = marks.get(event.seq());
                if (mark == null ? history.whole() : !mark.equals(event.mark())) {
                    wrong("a watcher has event " + event.seq() + " of a history that is gone, without a reset");
                    break;
                }
            }
            if (!applied.isEmpty() && applied.get(applied.size() - 1).seq() != job.number("seq")) {
                wrong("a watcher's last event is "
                        + applied.get(applied.size() - 1).seq() + " of " + job.number("seq"));
            }
            sameCounters(watcher.counters());
        }
    }

    private void sameCounters(JsonObject counters) {
        Map<String, Character> states = Map.of(
                "found",
                'f',
                "not_found",
                'n',
                "invalid_input",
                'i',
                "blocked",
                'b',
                "failed",
                'x',
                "cancelled",
                'c',
                "running",
                'r',
                "retrying",
                't');
        states.forEach((name, code) -> {
            if (counters.getInteger(name, -1) != job.counter(code)) {
                wrong("a watcher was told last that " + counters.getInteger(name) + " rows are " + name + ", not "
                        + job.counter(code));
            }
        });
    }

    private void wrong(String text) {
        violations.add("job " + job.job() + " (" + job.state() + "): " + text);
    }
}
