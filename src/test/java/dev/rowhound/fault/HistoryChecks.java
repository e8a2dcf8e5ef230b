package dev.rowhound.fault;

import dev.rowhound.fault.JobDump.LoggedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What holds of the log of a job that has ended: numbers, one end a row and generation, limits of attempts, control. */
final class HistoryChecks {
    private static final Pattern WORKER_LOST = Pattern.compile("\"code\":\"worker_lost\"");

    private final JobDump job;
    private final boolean steadyStore;
    private final List<String> violations = new ArrayList<>();
    private final Map<String, Tries> tries = new HashMap<>();
    private int workerLost;
    private int takenEarly;

    /** What the log says of one row in one generation. */
    private static final class Tries {
        int started;
        int lost;
        int retried;
        int ended;
        long startedAt;
    }

    /**
     * Reads the log.
     *
     * @param steadyStore whether Redis answered all the time, so that no worker can have been cut off from it
     */
    HistoryChecks(JobDump job, boolean steadyStore) {
        this.job = job;
        this.steadyStore = steadyStore;
        numbers();
        job.events().forEach(this::count);
        limits();
        control();
    }

    List<String> violations() {
        return violations;
    }

    /** How many attempts have lost their worker. */
    int workerLost() {
        return workerLost;
    }

    /**
     * How many of them were taken from their worker sooner after their start than half a lease. A lease counts from the
     * claim, so where a start comes late, on a busy machine, one such is no fault; many are.
     */
    int takenEarly() {
        return takenEarly;
    }

    /** Whether the log still has its beginning. */
    boolean whole() {
        return !job.events().isEmpty() && job.events().get(0).seq() == 1;
    }

    /** How often a row was started, all generations together. */
    int started(int row) {
        return sum(row, each -> each.started);
    }

    /** How often a row has lost its worker, all generations together. */
    int lost(int row) {
        return sum(row, each -> each.lost);
    }

    private int sum(int row, java.util.function.ToIntFunction<Tries> number) {
        int sum = 0;
        for (int gen = 1; gen <= job.number("gen"); gen++) {
            Tries found = tries.get(row + "/" + gen);
            sum += found == null ? 0 : number.applyAsInt(found);
        }
        return sum;
    }

    private void numbers() {
        long expected =
                whole() ? 1 : job.events().isEmpty() ? 1 : job.events().get(0).seq();
        for (LoggedEvent event : job.events()) {
            if (event.seq() != expected) {
                wrong("event " + event.seq() + " stands where " + expected + " is due");
                return;
            }
            expected++;
        }
        if (expected - 1 != job.number("seq")) {
            wrong("the last event is " + (expected - 1) + ", the record says " + job.number("seq"));
        }
    }

    private void count(LoggedEvent event) {
        Tries row = tries.computeIfAbsent(event.row() + "/" + event.gen(), key -> new Tries());
        boolean lost = WORKER_LOST.matcher(event.data()).find();
        switch (event.type()) {
            case "item.started" -> {
                row.started++;
                row.startedAt = event.at();
            }
            case "item.retrying" -> {
                if (lost) {
                    lose(event, row);
                } else {
                    row.retried++;
                }
            }
            case "item.ended" -> {
                row.ended++;
                if (lost) {
                    lose(event, row);
                }
            }
            default -> {}
        }
    }

    private void lose(LoggedEvent event, Tries row) {
        row.lost++;
        workerLost++;
        long held = event.at() - row.startedAt;
        if (steadyStore && whole() && held < Cluster.LEASE.toMillis() / 2) {
            takenEarly++;
        }
    }

    private void limits() {
        tries.forEach((row, found) -> {
            if (found.ended > 1) {
                wrong("row/generation " + row + " has ended " + found.ended + " times");
            }
            // A Redis that forgets the start of an item may still know its token.
            if (steadyStore && whole() && found.ended > 0 && found.started == 0) {
                wrong("row/generation " + row + " has ended without a start");
            }
            if (found.lost > Cluster.CRASH_LIMIT) {
                wrong("row/generation " + row + " has lost " + found.lost + " workers");
            }
            // Attempts that were given back as if they had never been are not among these.
            if (found.retried >= Cluster.ATTEMPTS) {
                wrong("row/generation " + row + " was tried " + (found.retried + 1) + " times");
            }
        });
        if (whole() && !job.state().equals("failed")) {
            ends();
        }
    }

    /** Every row that has ended has told so, in the generation that its result is of. */
    private void ends() {
        job.results().forEach((row, result) -> {
            String gen = result.split("\\|", 3)[1];
            Tries found = tries.get(row + "/" + gen);
            if (found == null || found.ended != 1) {
                wrong("row " + row + " has a result of generation " + gen + ", but no event of its end");
            }
        });
        long told = tries.values().stream().filter(found -> found.ended > 0).count();
        if (job.number("gen") == 1 && told != job.results().size()) {
            wrong(told + " rows have told that they ended, " + job.results().size() + " have a result");
        }
    }

    private void control() {
        Map<Integer, Integer> terminal = new HashMap<>();
        int allowed = Integer.MAX_VALUE;
        boolean over = false;
        for (LoggedEvent event : job.events()) {
            if (over && !event.type().equals("job.retrying")) {
                wrong(event.type() + " " + event.seq() + " comes behind the job's end");
                return;
            }
            switch (event.type()) {
                case "job.paused" -> allowed = Integer.parseInt(event.counters().split(",")[1]);
                case "job.resumed" -> allowed = Integer.MAX_VALUE;
                case "job.retrying" -> {
                    if (!over && whole()) {
                        wrong("generation " + event.gen() + " began before the last one had ended");
                    }
                    allowed = Integer.MAX_VALUE;
                    over = false;
                }
                case "item.started" -> {
                    // Items that had been given out before may begin; no further one is given out.
                    if (allowed-- <= 0) {
                        wrong("row " + event.row() + " was started after the pause");
                    }
                }
                default -> {
                    if (event.terminal()) {
                        over = true;
                        terminal.merge(event.gen(), 1, Integer::sum);
                    }
                }
            }
        }
        terminal.forEach((gen, times) -> {
            if (times > 1) {
                wrong("generation " + gen + " has ended " + times + " times");
            }
        });
        LoggedEvent last =
                job.events().isEmpty() ? null : job.events().get(job.events().size() - 1);
        if (last == null || !last.type().equals("job." + job.state())) {
            wrong("the last event is " + (last == null ? "missing" : last.type()));
        }
    }

    private void wrong(String text) {
        violations.add("job " + job.job() + " (" + job.state() + "): " + text);
    }
}
