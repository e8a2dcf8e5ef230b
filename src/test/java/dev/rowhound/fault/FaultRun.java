package dev.rowhound.fault;

import dev.rowhound.Await;
import dev.rowhound.fault.NodeLogs.Completion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** One run of a scenario on a cluster: the work, the faults, the checks meanwhile and after. */
final class FaultRun {
    /** How a violation ends that says that a fault had no effect. */
    static final String NOT_TRIED = "so nothing was tried";

    private static final int MOST_SHOWN = 25;

    /** So many rows, or half of those taken, may be taken from workers that were late to start them. */
    private static final int MAX_TAKEN_EARLY = 2;

    /** What a run throws that found something wrong, and nothing else does. */
    static final class ViolatedError extends AssertionError {
        private static final long serialVersionUID = 1L;
        private final transient List<String> violations;

        ViolatedError(String message, List<String> violations) {
            super(message);
            this.violations = List.copyOf(violations);
        }

        List<String> violations() {
            return violations;
        }
    }

    /** How many keys there are beside those of jobs: indexes and hints. */
    private static final int OTHER_KEYS = 2 * 64 + 40;

    /** How long a watcher of a job that has ended may be without knowing it. */
    private static final long SHORT_MILLIS = 3000;

    /** How many keys a job has at most. */
    private static final int KEYS_OF_A_JOB = 16;

    private final Cluster cluster;
    private final Scenario scenario;
    private final long seed;
    private final Duration patience;
    private final Path folder;
    private final Random random;
    private final Journal journal;
    private final LiveChecker live;
    private final Workload workload;
    private final List<String> violations = new ArrayList<>();

    private FaultRun(Cluster cluster, Scenario scenario, long seed, Duration patience, Path reports)
            throws IOException {
        this.cluster = cluster;
        this.scenario = scenario;
        this.seed = seed;
        this.patience = patience;
        this.folder = reports.resolve(scenario.name() + "-" + seed);
        this.random = new Random(seed);
        this.journal = new Journal(folder.resolve("journal.jsonl"));
        this.live = new LiveChecker(cluster.redis());
        this.workload = new Workload(
                cluster, journal, new Random(random.nextLong()), scenario.mix(), live::openItems, this::broken);
    }

    /**
     * Runs a scenario; the seed decides what is uploaded, which fault comes when, and whom it meets.
     *
     * @param patience how long the work may go on after the last fault
     * @param reports where the journal and the report go
     * @throws AssertionError if anything is not as it must be
     */
    static Report run(Cluster cluster, Scenario scenario, long seed, Duration patience, Path reports) throws Exception {
        System.out.println("fault suite: " + scenario.name() + " with seed " + seed);
        FaultRun run = new FaultRun(cluster, scenario, seed, patience, reports);
        try {
            return run.run(reports);
        } finally {
            run.live.close();
            for (JobRun job : run.workload.jobs()) {
                for (EventWatcher watcher : job.watchers()) {
                    watcher.close();
                }
            }
            run.journal.close();
        }
    }

    private Report run(Path reports) throws Exception {
        long began = System.currentTimeMillis();
        prepare();
        workload.start(live::add);
        try {
            scenario.plan().cause(this);
            workload.finish();
        } finally {
            repair();
        }
        awaitEnds();
        cluster.awaitNodes();
        live.close();
        violations.addAll(0, live.violations());
        Report report = judge(began);
        if (!violations.isEmpty()) {
            violations.forEach(journal::violation);
            String shown = String.join("\n", violations.subList(0, Math.min(MOST_SHOWN, violations.size())));
            throw new ViolatedError(
                    violations.size() + " violations in scenario " + scenario.name() + " with seed " + seed
                            + ", journal in " + folder + ":\n" + shown,
                    violations);
        }
        Path table = reports.resolve("report.md");
        if (!Files.exists(table)) {
            Files.writeString(table, Report.HEAD);
        }
        Files.writeString(table, report.row(), StandardOpenOption.APPEND);
        System.out.print(report.row());
        return report;
    }

    private void prepare() throws Exception {
        cluster.awaitNodes();
        cluster.switches().heal(false);
        cluster.switches().poison(scenario.poisonous());
        cluster.redis().fsync(scenario.fsync());
        cluster.redis().empty();
        try (RespClient redis = cluster.redis().client()) {
            redis.call("CONFIG", "RESETSTAT");
        }
    }

    /** Ends all faults. */
    private void repair() throws Exception {
        RedisServer redis = cluster.redis();
        if (!redis.alive()) {
            redis.start();
        }
        redis.thaw();
        for (NodeProcess node : cluster.nodes()) {
            if (node.frozen()) {
                node.thaw();
            }
        }
        try (RespClient client = redis.client()) {
            client.call("CONFIG", "SET", "maxmemory", "0");
        }
    }

    private void awaitEnds() throws Exception {
        long deadline = System.nanoTime() + (broken() ? 0 : patience.toNanos());
        try (RespClient redis = cluster.redis().client()) {
            for (JobRun job : workload.jobs()) {
                while (!JobDump.read(redis, job.id()).terminal() && System.nanoTime() - deadline < 0) {
                    Thread.sleep(50);
                }
            }
        }
        for (JobRun job : workload.jobs()) {
            for (EventWatcher watcher : job.watchers()) {
                long left = Math.max(SHORT_MILLIS, (deadline - System.nanoTime()) / 1_000_000);
                if (!watcher.awaitEnd(left)) {
                    violations.add("job " + job.id() + ": a watcher was not told of the end within "
                            + patience.toSeconds() + " s after the last fault");
                }
            }
        }
    }

    private Report judge(long began) throws Exception {
        Set<String> ids = new HashSet<>();
        workload.jobs().forEach(job -> ids.add(job.id()));
        NodeLogs logs = NodeLogs.read(cluster, ids);
        int rows = 0;
        int acknowledged = 0;
        int workerLost = 0;
        int takenEarly = 0;
        int resets = 0;
        List<Completion> lost = new ArrayList<>();
        try (RespClient redis = cluster.redis().client()) {
            for (JobRun job : workload.jobs()) {
                JobDump dump = JobDump.whole(redis, job.id());
                if (!dump.terminal()) {
                    violations.add("job " + job.id() + " is \"" + dump.state() + "\" and has not ended: " + dump.m());
                    continue;
                }
                HistoryChecks history = new HistoryChecks(dump, scenario.steadyStore());
                OutcomeChecks outcome =
                        new OutcomeChecks(job, dump, history, logs, scenario.poisonous(), scenario.mayLose());
                violations.addAll(StandingChecks.check(dump));
                violations.addAll(history.violations());
                violations.addAll(outcome.violations());
                results(job, dump);
                rows += job.sheet().rows();
                acknowledged += outcome.acknowledgedEnds();
                lost.addAll(outcome.lost());
                workerLost += history.workerLost();
                takenEarly += history.takenEarly();
                for (EventWatcher watcher : job.watchers()) {
                    resets += watcher.resets();
                }
            }
            others(redis, ids);
        }
        if (takenEarly > Math.max(MAX_TAKEN_EARLY, workerLost / 2)) {
            violations.add(takenEarly + " of " + workerLost
                    + " rows were taken from their workers less than half a lease" + " after their start");
        }
        lost.forEach(each -> journal.fault("lost completion", each.toString()));
        return new Report(
                scenario.name() + " " + scenario.fsync(),
                seed,
                System.currentTimeMillis() - began,
                workload.jobs().size(),
                rows,
                acknowledged,
                lost.size(),
                logs.count("STALE"),
                logs.count("AGAIN"),
                workerLost,
                resets,
                live.looks(),
                journal.counts());
    }

    /** Uploads that broke off have left jobs too; and a row has no key of its own. */
    private void others(RespClient redis, Set<String> known) throws Exception {
        List<?> records = (List<?>) redis.call("KEYS", "{j:*}:m");
        for (Object record : records) {
            String key = (String) record;
            String id = key.substring("{j:".length(), key.length() - "}:m".length());
            if (!known.contains(id)) {
                Await.until(
                        "the job " + id + " of an upload that broke off has failed",
                        Duration.ofSeconds(20),
                        () -> JobDump.read(redis, id).state().equals("failed"));
                violations.addAll(StandingChecks.check(JobDump.read(redis, id)));
            }
        }
        long keys = redis.number("DBSIZE");
        if (keys > (long) records.size() * KEYS_OF_A_JOB + OTHER_KEYS) {
            violations.add("there are " + keys + " keys for " + records.size() + " jobs");
        }
    }

    /** The results as a program gets them. */
    private void results(JobRun job, JobDump dump) throws Exception {
        NodeApi.Answer answer =
                NodeApi.get(cluster.anyNode(random), NodeApi.JOBS + "/" + job.id() + "/results?format=json");
        JsonArray rows = new JsonArray(answer.text());
        if (rows.size() != job.sheet().rows()) {
            violations.add("job " + job.id() + ": " + rows.size() + " of "
                    + job.sheet().rows() + " results");
            return;
        }
        int[] firsts = job.sheet().firsts();
        for (int row = 1; row <= rows.size(); row++) {
            JsonObject result = rows.getJsonObject(row - 1);
            String state = result.getString("state");
            char code = dump.state(firsts[row]);
            String value = result.getJsonObject("fields", new JsonObject()).getString("value");
            boolean right = result.getInteger("row") == row
                    && (code != 'f'
                            || state.equals("found") && job.sheet().key(row).equals(value))
                    && (code != 'n' || state.equals("not_found"))
                    && (code != 'x' || state.equals("failed"))
                    && (code != 'b' || state.equals("blocked"))
                    && (code != 'i' || state.equals("invalid_input"));
            if (!right) {
                violations.add("job " + job.id() + ": row " + row + " with the state '" + code + "' has the result "
                        + result.encode());
                return;
            }
        }
    }

    /** Whether something is wrong already, so that there is no use in going on. */
    boolean broken() {
        return !live.violations().isEmpty();
    }

    Cluster cluster() {
        return cluster;
    }

    Random random() {
        return random;
    }

    Journal journal() {
        return journal;
    }

    Workload workload() {
        return workload;
    }

    /** Waits until so many further items have ended, or so long; faults come in the middle of work. */
    void awaitItems(int items, Duration most) throws InterruptedException {
        int goal = live.endedItems() + items;
        long deadline = System.nanoTime() + most.toNanos();
        while (!broken() && live.endedItems() < goal && System.nanoTime() - deadline < 0) {
            Thread.sleep(20);
        }
    }

    /** Waits until so many items are open, or so long. */
    void awaitOpen(int items, Duration most) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        while (!broken() && live.openItems() < items && System.nanoTime() - deadline < 0) {
            Thread.sleep(20);
        }
    }

    /** Notes something that the scenario found to be wrong. */
    void violation(String text) {
        synchronized (violations) {
            violations.add(text);
        }
    }

    /** What the nodes have logged of this run's jobs so far. */
    NodeLogs logs() throws IOException {
        Set<String> ids = new HashSet<>();
        workload.jobs().forEach(job -> ids.add(job.id()));
        return NodeLogs.read(cluster, ids);
    }
}
