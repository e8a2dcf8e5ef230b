package dev.rowhound.queue;

import dev.rowhound.job.JobState;
import dev.rowhound.job.Row;
import dev.rowhound.job.RowChunk;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.NewJob;
import dev.rowhound.queue.lease.Leases.EndOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What the scripts over a job's keys promise, in plain Java and memory: each method does what one script must do, and
 * answers what it must answer. Several calls that a script takes at once are the same calls one after another.
 *
 * <p>Times are turns: what is due has the number of its turn, what is not has one from {@link #LATER} on. Who compares
 * this with a store has to move the times there to these.
 */
final class JobModel {
    /** From here on a time has not come, by the clock of Redis either. */
    static final double LATER = 4e12;

    /** What waits for room for its question stands that far behind the times of what waits for its host. */
    static final double ASKING = 1e15;

    private static final String COUNTED = "rthqfnibxc";
    private static final String ENDED = "fnibxc";

    final ModelLimits limits;
    final NewJob.Pace pace;
    final TreeMap<Integer, ModelItem> items = new TreeMap<>();
    final TreeMap<Character, Integer> counters = new TreeMap<>();
    final QuestionModel questions = new QuestionModel(this);
    final HaltModel halts;
    final List<Event> events = new ArrayList<>();
    final Map<String, Double> hosts = new HashMap<>();
    JobState state = JobState.RECEIVING;
    int chunks;
    int rows;
    boolean sealed;
    int next = 1;
    int generation = 1;
    int fence;
    int scan;

    /** Before this nothing is given out. */
    double paced;

    String scanCodes = "";
    String request = "";
    boolean begun;
    boolean uploadLate;
    boolean forgotten;
    boolean expiring;
    boolean indexed = true;
    private int turn;

    /** An event's kind, row, generation, the counters that it tells, and of a pause the reason. */
    record Event(String type, int row, int generation, String counters, String reason) {}

    /** What a claim comes to; {@code first} is the time of what comes first, or 0. */
    record Claim(List<Integer> rows, boolean again, double first) {}

    /** What a tick says, as the script does. */
    record Tick(String state, boolean work, boolean lapsed, int taken, boolean more, boolean asks) {}

    JobModel(ModelLimits limits, NewJob.Pace pace, NewJob.Halts halts) {
        this.limits = limits;
        this.pace = pace;
        this.halts = new HaltModel(this, halts);
        emit("job.receiving", 0);
    }

    boolean open() {
        return !state.terminal();
    }

    boolean givesOut() {
        return (state == JobState.RUNNING || state == JobState.RECEIVING) && halts.halt == null;
    }

    int counted(char code) {
        return counters.getOrDefault(code, 0);
    }

    int ended() {
        return ENDED.chars().map(code -> counted((char) code)).sum();
    }

    void count(char code, int times) {
        counters.merge(code, times, Integer::sum);
    }

    void emit(String type, int row) {
        emit(type, row, "");
    }

    void emit(String type, int row, String reason) {
        StringBuilder told = new StringBuilder().append(rows);
        COUNTED.chars().forEach(code -> told.append(',').append(counted((char) code)));
        told.append(',').append(sealed ? String.valueOf(rows) : "");
        events.add(new Event(type, row, generation, told.toString(), reason));
    }

    /** The next turn, which has come or has not. */
    double turn(boolean later) {
        turn++;
        return later ? LATER + turn : turn;
    }

    private void completeIfDone() {
        boolean may = state == JobState.RUNNING || state == JobState.PAUSED;
        if (may && scan == 0 && ended() == rows) {
            state = JobState.COMPLETED;
            emit("job.completed", 0);
        }
    }

    /** Whether the chunk is taken; one that was before is again. */
    boolean append(RowChunk chunk) {
        if (state != JobState.RECEIVING) {
            return false;
        }
        uploadLate = false;
        if (chunk.index() < chunks) {
            return true;
        }
        chunks++;
        rows += chunk.rows().size();
        int refused = 0;
        int repeated = 0;
        for (Row row : chunk.rows()) {
            if (row.invalid() != null) {
                refused++;
                items.put(row.number(), new ModelItem(row.number(), 'i'));
            } else if (row.aliasOf() > 0) {
                items.put(row.number(), new ModelItem(row.number(), '='));
                ModelItem first = items.get(row.aliasOf());
                first.repeats++;
                if (ENDED.indexOf(first.state) >= 0) {
                    count(first.state, 1);
                    repeated++;
                }
            } else {
                items.put(row.number(), new ModelItem(row.number(), '\0'));
            }
        }
        count('i', refused);
        if (refused > 0) {
            emit("rows.rejected", 0);
        }
        if (repeated > 0) {
            emit("rows.repeated", 0);
        }
        return true;
    }

    /** Whether the upload is waited for still. */
    boolean hold() {
        uploadLate = uploadLate && state != JobState.RECEIVING;
        return state == JobState.RECEIVING;
    }

    /** Whether the job is sealed, by this call or an earlier one. */
    boolean seal() {
        if (state == JobState.RECEIVING) {
            sealed = true;
            state = JobState.RUNNING;
            emit("job.running", 0);
            completeIfDone();
            halts.pauseIfHalted();
            return true;
        }
        return sealedByItsUpload();
    }

    private boolean sealedByItsUpload() {
        return events.stream().anyMatch(event -> event.type.equals("job.running"));
    }

    Claim claim(int most, String token, boolean shortly, boolean asking) {
        if (!givesOut()) {
            return new Claim(List.of(), false, 0);
        }
        int running =
                (int) items.values().stream().filter(item -> item.state == 'r').count();
        int want = pace.concurrency() > 0 ? Math.min(most, pace.concurrency() - running) : most;
        if (paced >= LATER) {
            return new Claim(List.of(), false, paced);
        }
        want = pace.delayMaxMillis() > 0 ? Math.min(want, 1) : want;
        if (want <= 0) {
            return new Claim(List.of(), false, 0);
        }
        boolean full = items.values().stream().filter(item -> item.hold != null).count() >= limits.held();
        List<ModelItem> held = ready(item -> waiting(item, asking), want);
        List<ModelItem> retries =
                asking ? List.of() : ready(item -> item.due == null ? LATER : item.due, want - held.size());
        boolean likely = questions.asks >= limits.asks();
        int left = full || likely != asking ? 0 : want - held.size() - retries.size();
        int start = next;
        int reach = next;
        List<ModelItem> fresh = new ArrayList<>();
        int last = last();
        int width = left;
        while (fresh.size() < left && reach <= last && reach - start < limits.look()) {
            int end = Math.min(reach + width - 1, last);
            for (int row = reach; row <= end && fresh.size() < left; row++) {
                reach = row + 1;
                if (items.get(row).state == '\0') {
                    fresh.add(items.get(row));
                }
            }
            width = limits.width();
        }
        next = reach;
        if (held.isEmpty() && retries.isEmpty() && fresh.isEmpty()) {
            double first = items.values().stream()
                    .mapToDouble(item ->
                            Math.min(waiting(item, asking), asking || item.due == null ? Double.MAX_VALUE : item.due))
                    .min()
                    .orElse(Double.MAX_VALUE);
            return new Claim(List.of(), left > 0 && next <= last, first == Double.MAX_VALUE ? 0 : first);
        }
        fence++;
        paced = pace.delayMaxMillis() > 0 ? turn(true) : 0;
        held.forEach(item -> {
            item.waited = asking ? '?' : '~';
            item.hold = null;
            count(item.state, -1);
        });
        retries.forEach(item -> {
            item.due = null;
            count('t', -1);
        });
        List<ModelItem> taken = new ArrayList<>(held);
        taken.addAll(retries);
        taken.addAll(fresh);
        for (ModelItem item : taken) {
            item.state = 'r';
            item.token = token;
            item.deadline = turn(!shortly);
            count('r', 1);
        }
        return new Claim(taken.stream().map(item -> item.row).toList(), true, 0);
    }

    /** When an item may be given out that waits for its host, or for room for its question. */
    private static double waiting(ModelItem item, boolean asking) {
        if (item.hold == null || item.hold >= ASKING != asking) {
            return Double.MAX_VALUE;
        }
        return asking ? item.hold - ASKING : item.hold;
    }

    /** The last row that may be given out. */
    private int last() {
        return halts.last(scan > 0 ? scan - 1 : rows);
    }

    /** Those whose time has come, the earliest first. */
    private List<ModelItem> ready(ToDoubleFunction<ModelItem> time, int most) {
        return items.values().stream()
                .filter(item -> time.applyAsDouble(item) < LATER)
                .sorted(Comparator.comparingDouble(time))
                .limit(most)
                .toList();
    }

    Optional<ModelItem> heldBy(int row, String token) {
        return Optional.ofNullable(items.get(row)).filter(item -> item.heldBy(token));
    }

    /** The number of the attempt, or 0. */
    int start(int row, String token) {
        ModelItem item = heldBy(row, token).orElse(null);
        if (item == null || !item.started && !givesOut()) {
            return 0;
        }
        if (!item.started) {
            item.started = true;
            item.waited = '\0';
            begun = true;
            emit("item.started", row);
        }
        return item.tries() + 1;
    }

    boolean renew(int row, String token, boolean shortly) {
        Optional<ModelItem> item = heldBy(row, token);
        item.ifPresent(held -> held.deadline = turn(!shortly));
        return item.isPresent();
    }

    EndOutcome end(int row, String token, char code, char error, String errorName, int attempts) {
        ModelItem item = heldBy(row, token).orElse(null);
        if (item == null) {
            return repeated(row, token);
        }
        count(item.state, -1);
        questions.ended(item, code);
        item.drop();
        item.state = code;
        item.error = error == '\0' ? item.error : error;
        item.result = new ModelItem.Result(token, generation, errorName, attempts);
        count(code, 1 + item.repeats);
        emit("item.ended", row);
        completeIfDone();
        halts.ended(code);
        return EndOutcome.OK;
    }

    /** For a retry, {@code later} says whether its delay is long; a release is at once, counts no try, tells nothing. */
    EndOutcome putBack(int row, String token, boolean retry, boolean later) {
        ModelItem item = heldBy(row, token).orElse(null);
        if (item == null) {
            return repeated(row, token);
        }
        count(item.state, -1);
        item.drop();
        item.state = 't';
        item.due = turn(later);
        item.record = new ModelItem.Record(item.tries() + (retry ? 1 : 0), item.crashes(), token);
        count('t', 1);
        if (retry) {
            emit("item.retrying", row);
        }
        return EndOutcome.OK;
    }

    private EndOutcome repeated(int row, String token) {
        ModelItem item = items.get(row);
        boolean before = item != null
                && !forgotten
                && (item.result != null && item.result.token().equals(token)
                        || item.record != null && item.record.token().equals(token));
        return before ? EndOutcome.AGAIN : EndOutcome.STALE;
    }

    /** Whether the item waits for its host from this call on; its time is to be set by the caller. */
    boolean defer(int row, String token) {
        ModelItem item = heldBy(row, token).orElse(null);
        if (item == null || item.started) {
            return false;
        }
        char told = item.waited;
        item.drop();
        item.state = told == '?' ? 'q' : 'h';
        count('r', -1);
        count(item.state, 1);
        if (told == '\0') {
            emit("item.held", row);
        }
        return true;
    }

    Tick tick(int crashLimit) {
        List<ModelItem> lost =
                open() ? ready(item -> item.deadline == null ? LATER : item.deadline, limits.lost()) : List.of();
        for (ModelItem item : lost) {
            int crashes = item.crashes() + (item.started && item.asked == null ? 1 : 0);
            boolean started = item.started;
            count(item.state, -1);
            item.drop();
            if (crashes >= crashLimit) {
                item.state = 'x';
                item.error = 'w';
                item.result = new ModelItem.Result("", generation, "worker_lost", item.tries() + crashes);
                count('x', 1 + item.repeats);
                emit("item.ended", item.row);
            } else {
                item.state = 't';
                item.due = turn(false);
                count('t', 1);
                if (started) {
                    item.record = new ModelItem.Record(item.tries(), crashes, "");
                    emit("item.retrying", item.row);
                }
            }
        }
        boolean scanned = scan > 0 && open();
        if (scanned) {
            scanSlice();
        }
        if (scanned || !lost.isEmpty() || halts.sample > 0) {
            completeIfDone();
            halts.settle();
        }
        boolean fresh = next <= last();
        boolean likely = questions.asks >= limits.asks();
        boolean asking = givesOut()
                && (fresh && likely || items.values().stream().anyMatch(item -> waiting(item, true) < LATER));
        boolean work = givesOut()
                && (fresh && !likely
                        || items.values().stream()
                                .anyMatch(item -> item.due != null && item.due < LATER
                                        || item.hold != null && item.hold < LATER));
        boolean lapsed = state == JobState.RECEIVING && uploadLate;
        return new Tick(state.wire(), work, lapsed, lost.size(), scan > 0 || lost.size() == limits.lost(), asking);
    }

    private void scanSlice() {
        int end = Math.min(scan + limits.slice() - 1, rows);
        for (ModelItem item : items.subMap(scan, true, end, true).values()) {
            if ((item.state == 'x' || item.state == 'b')
                    && (scanCodes.isEmpty() || scanCodes.indexOf(item.error) >= 0)) {
                count(item.state, -1 - item.repeats);
                item.state = '\0';
                item.error = '\0';
                item.record = null;
            }
        }
        scan = end < rows ? end + 1 : 0;
        scanCodes = scan > 0 ? scanCodes : "";
    }

    /** Starts the time that an ended job is kept for. */
    void retire() {
        expiring = true;
        indexed = false;
    }

    /** Gives up an upload, as its owner or by a tick; whether that was done. */
    boolean fail(boolean only) {
        if (state != JobState.RECEIVING || !only) {
            return false;
        }
        abandon();
        forgotten = true;
        state = JobState.FAILED;
        emit("job.failed", 0);
        return true;
    }

    Jobs.ControlResult cancel() {
        if (state == JobState.CANCELLED) {
            return done();
        }
        if (!open()) {
            return refused();
        }
        abandon();
        state = JobState.CANCELLED;
        emit("job.cancelled", 0);
        return done();
    }

    private void abandon() {
        count('c', rows - ended());
        "rthq".chars().forEach(code -> counters.put((char) code, 0));
        sealed = true;
        scan = 0;
        scanCodes = "";
        hosts.clear();
        for (ModelItem item : items.values()) {
            item.drop();
            item.said = null;
            item.due = null;
            item.hold = null;
        }
    }

    Jobs.ControlResult retryFailed(String codes, String wish) {
        indexed = true;
        if (wish.equals(request)) {
            return done();
        }
        if (state != JobState.COMPLETED) {
            return refused();
        }
        if (counted('x') + counted('b') == 0) {
            return new Jobs.ControlResult(false, true, state.wire());
        }
        generation++;
        scan = 1;
        scanCodes = codes;
        next = 1;
        request = wish;
        questions.asks = 0;
        expiring = false;
        halts.retry();
        state = JobState.RUNNING;
        emit("job.retrying", 0);
        return done();
    }

    Jobs.ControlResult done() {
        return new Jobs.ControlResult(true, false, state.wire());
    }

    Jobs.ControlResult refused() {
        return new Jobs.ControlResult(false, false, state.wire());
    }
}
