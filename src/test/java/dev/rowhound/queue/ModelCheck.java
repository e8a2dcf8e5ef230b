package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ItemState;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds a job in the store against its model after each step. Of what a step writes a time for, the step says which,
 * here; then the time is moved to that of the model.
 */
final class ModelCheck {
    private final TestRedis store;
    private final TestQueue queue;
    private final String job;
    private final JobModel model;

    /** What a step has put into the sorted sets: by key and row, the bounds of its time. */
    private final Map<String, Map<Integer, Wait>> waits = new HashMap<>();

    /** The row that a step let wait for a host. */
    private final Map<String, Integer> hostOf = new HashMap<>();

    private long before = System.currentTimeMillis();
    private boolean ticked;
    private boolean paced;
    private int compared;

    /** A time that lies so far from the step's, but not before that. */
    private record Wait(double millis, double notBefore) {}

    ModelCheck(TestRedis store, TestQueue queue, String job, JobModel model) {
        this.store = store;
        this.queue = queue;
        this.job = job;
        this.model = model;
    }

    private Keys.Job keys() {
        return Keys.job(job);
    }

    /** A row's time in that sorted set is written in this step, and lies so far behind it. */
    void expect(String key, int row, double millis) {
        waits.computeIfAbsent(key, none -> new HashMap<>()).put(row, new Wait(millis, 0));
    }

    /** A row waits for its host from this step on; whether its turn has come already. */
    boolean expectHold(int row, String host, long wait, long apart, boolean asking) {
        double notBefore = model.hosts.getOrDefault(host, 0.0) + apart;
        double behind = asking ? JobModel.ASKING : 0;
        waits.computeIfAbsent(keys().held(), none -> new HashMap<>())
                .put(row, new Wait(behind + wait, behind + notBefore));
        hostOf.put(host, row);
        return wait == 0 && notBefore <= System.currentTimeMillis();
    }

    /** Hosts that nothing waits for are forgotten in this step. */
    void expectTick() {
        ticked = true;
    }

    /** Something was given out in this step, so that the next waits for the delay between starts. */
    void expectPace() {
        paced = model.pace.delayMaxMillis() > 0;
    }

    /** Holds what is stored against the model, and against what must always hold. */
    void check() {
        compare();
        JobInvariants.check(store, job);
        assertSnapshot();
    }

    /** Holds the raw keys against the model. */
    void compare() {
        StoredJob stored = new StoredJob(store, job, compared);
        long now = System.currentTimeMillis();
        if (ticked) {
            model.hosts.values().removeIf(until -> until <= before);
            model.hosts.keySet().removeIf(host -> !stored.hosts.containsKey(host) && model.hosts.get(host) <= now);
        }
        hostOf.forEach((host, row) -> model.hosts.put(host, stored.held.get(String.valueOf(row)) % JobModel.ASKING));
        stored.assertLike(model, compared);
        assertTimes(stored, now);
        if (paced) {
            assertThat(stored.paced)
                    .as("when the next item may be given out")
                    .isBetween(
                            (double) before + model.pace.delayMinMillis(), (double) now + model.pace.delayMaxMillis());
        } else {
            assertThat(stored.paced).as("when the next item may be given out").isEqualTo(model.paced);
        }
        stored.moveTimes(model);
        compared = model.events.size();
        waits.clear();
        hostOf.clear();
        ticked = false;
        paced = false;
        before = System.currentTimeMillis();
    }

    private void assertTimes(StoredJob stored, long now) {
        Map<String, Double> leases = new HashMap<>();
        Map<String, Double> due = new HashMap<>();
        Map<String, Double> held = new HashMap<>();
        for (ModelItem item : model.items.values()) {
            String row = String.valueOf(item.row);
            leases.put(row, item.deadline);
            due.put(row, item.due);
            held.put(row, item.hold);
        }
        assertTimes(keys().leases(), stored.leases, leases, now);
        assertTimes(keys().due(), stored.due, due, now);
        assertTimes(keys().held(), stored.held, held, now);
        assertThat(stored.hosts).as("when rows of these hosts wait until").isEqualTo(model.hosts);
    }

    /** A time is what the step that wrote it had to write; later ones are those that they were moved to. */
    private void assertTimes(String key, Map<String, Double> actual, Map<String, Double> known, long now) {
        Map<Integer, Wait> written = waits.getOrDefault(key, Map.of());
        actual.forEach((row, time) -> {
            Wait wait = written.get(Integer.valueOf(row));
            if (wait == null) {
                assertThat(time).as("%s of row %s", key, row).isEqualTo(known.get(row));
            } else {
                assertThat(time)
                        .as("%s of row %s", key, row)
                        .isBetween(
                                Math.max(before + wait.millis, wait.notBefore),
                                Math.max(now + wait.millis, wait.notBefore));
            }
        });
    }

    private void assertSnapshot() {
        JobSnapshot snapshot = queue.find(job);
        assertThat(snapshot.state()).isEqualTo(model.state);
        assertThat(snapshot.generation()).isEqualTo(model.generation);
        assertThat(snapshot.received()).isEqualTo(model.rows);
        assertThat(snapshot.total()).isEqualTo(model.sealed ? model.rows : null);
        if (!model.forgotten) {
            assertThat(snapshot.reason() == null ? null : StoredJob.reason(snapshot.reason()))
                    .as("the reason of the snapshot")
                    .isEqualTo(model.halts.told());
        }
        assertThat(snapshot.lastSeq()).isEqualTo(model.events.size());
        int touched = 0;
        for (ItemState state : ItemState.values()) {
            if (state != ItemState.WAITING) {
                touched += model.counted(state.code());
                assertThat(snapshot.counters()).containsEntry(state, model.counted(state.code()));
            }
        }
        assertThat(snapshot.counters()).containsEntry(ItemState.WAITING, model.rows - touched);
        assertThat(snapshot.done()).isEqualTo(model.ended());
    }

    /** Holds the rows as they are read, and the events' form, against the model. */
    void checkEnd() {
        JobInvariants.checkSchema(store, job);
        if (model.forgotten || model.rows == 0) {
            return;
        }
        List<ItemView> views = new ArrayList<>();
        while (views.size() < model.rows) {
            views.addAll(queue.page(job, views.size() + 1));
        }
        for (ItemView view : views) {
            int source =
                    view.row().aliasOf() > 0 ? view.row().aliasOf() : view.row().number();
            ModelItem item = model.items.get(source);
            ItemState state = ItemState.of(item.state);
            boolean over = state.ended() || model.open();
            assertThat(view.state()).as("state of %s", view.row()).isEqualTo(over ? state : ItemState.CANCELLED);
            if (state == ItemState.FAILED || state == ItemState.BLOCKED) {
                assertThat(view.error().code().code())
                        .as("error of %s", view.row())
                        .isEqualTo(item.error);
                assertThat(view.attempts()).isEqualTo(item.result.attempts());
            }
        }
    }
}
