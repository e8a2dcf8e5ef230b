package dev.rowhound.fault;

import dev.rowhound.Await;
import dev.rowhound.fault.Workload.Mix;
import dev.rowhound.redis.Keys;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/** The faults, each in a small form for every build and in a whole one. */
final class Scenarios {
    private static final Duration A_WHILE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_KILLS_OF_REDIS = Duration.ofSeconds(2);

    private final boolean whole;

    /** The scenarios in their small or their whole form. */
    Scenarios(boolean whole) {
        this.whole = whole;
    }

    private Mix mix(int rows, int slow, int poison) {
        return whole ? new Mix(Math.max(rows * 7, 20_000), 4000, slow, poison) : new Mix(rows, 1000, slow, poison);
    }

    private int times(int few) {
        return whole ? few * 4 : few;
    }

    /** All of them but {@link #g}, in order. */
    List<Scenario> all() {
        return List.of(calm(), a(), b("everysec"), b("always"), c(), d(), e(), f(), h());
    }

    /** No fault: what the checks find here is wrong without any. */
    Scenario calm() {
        return new Scenario("calm", "everysec", false, false, true, mix(2000, 0, 0), run -> {});
    }

    /** Each node is killed in turn; rows that kill their node are among the input. */
    Scenario a() {
        return new Scenario("A", "everysec", true, false, true, mix(3000, 0, whole ? 3 : 1), run -> {
            for (int i = 0; i < times(3); i++) {
                run.awaitItems(300, A_WHILE);
                killNode(run, i);
            }
        });
    }

    /** The same, and Redis is killed every 2 s. */
    Scenario b(String fsync) {
        boolean mayLose = !fsync.equals("always");
        return new Scenario("B", fsync, false, mayLose, false, mix(2000, 0, 0), run -> {
            for (int i = 0; i < times(5); i++) {
                Thread.sleep(BETWEEN_KILLS_OF_REDIS.toMillis());
                if (i % 2 == 1) {
                    killNode(run, i / 2);
                }
                killRedis(run, 0);
            }
        });
    }

    /** A node is stopped for longer than a lease, and goes on as if nothing had been. */
    Scenario c() {
        return new Scenario("C", "everysec", false, false, true, mix(2000, 60, 0), run -> {
            AtomicReference<NodeProcess> last = new AtomicReference<>();
            for (int i = 0; i < times(2); i++) {
                NodeProcess node = node(run, i);
                last.set(node);
                run.awaitItems(200, A_WHILE);
                run.journal().fault("node stopped beyond its lease", node.name());
                node.freeze();
                Thread.sleep(Cluster.LEASE.toMillis() * 2);
                node.thaw();
            }
            run.awaitItems(100, A_WHILE);
            NodeLogs logs = run.logs();
            if (logs.count("STALE") == 0) {
                run.violation("no completion was stale, " + FaultRun.NOT_TRIED);
            }
            stalesAreCounted(run, last.get());
        });
    }

    private static void stalesAreCounted(FaultRun run, NodeProcess node) throws IOException {
        long logged = run.logs().count(node.name(), "STALE");
        String metrics = NodeApi.get(node.address(), "/metrics").text();
        double counted = metrics.lines()
                .filter(line -> line.startsWith("rowhound_stale_completions"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
        if (counted < logged) {
            run.violation(node.name() + " was answered STALE " + logged + " times and has counted " + counted);
        }
    }

    /** Redis stops for 3 s; then the replies to one node are lost again and again. */
    Scenario d() {
        return new Scenario("D", "everysec", false, false, false, mix(2000, 0, 0), run -> {
            run.awaitItems(300, A_WHILE);
            run.journal().fault("Redis stopped", "3 s");
            run.cluster().redis().freeze();
            Thread.sleep(3000);
            run.cluster().redis().thaw();
            for (int i = 0; i < times(6); i++) {
                run.awaitItems(100, A_WHILE);
                run.journal().fault("replies dropped", run.cluster().remote().name());
                run.cluster()
                        .dropper()
                        .drop(Duration.ofMillis(100 + run.random().nextInt(400)));
            }
            run.awaitItems(100, A_WHILE);
            if (run.logs().count(run.cluster().remote().name(), "AGAIN") == 0) {
                run.violation("no completion was answered again, " + FaultRun.NOT_TRIED);
            }
        });
    }

    /** Redis has no memory left for a while. */
    Scenario e() {
        return new Scenario("E", "everysec", false, false, true, mix(2000, 0, 0), run -> {
            for (int i = 0; i < times(2); i++) {
                run.awaitItems(300, A_WHILE);
                try (RespClient redis = run.cluster().redis().client()) {
                    run.journal().fault("maxmemory reached", "");
                    redis.call("CONFIG", "SET", "maxmemory", "1mb");
                    Thread.sleep(1500 + run.random().nextInt(1000));
                    if (redis.info("errorstats", "errorstat_OOM") == 0) {
                        run.violation("nothing was refused for lack of memory, " + FaultRun.NOT_TRIED);
                    }
                    redis.call("CONFIG", "SET", "maxmemory", "0");
                }
            }
        });
    }

    /** The end of Redis's log is gone after a restart, as after a power cut. */
    Scenario f() {
        return new Scenario("F", "everysec", false, true, false, mix(3000, 0, 0), run -> {
            for (int i = 0; i < times(3); i++) {
                // An upload that was acknowledged a moment ago would be lost whole; that is its owner's to notice.
                run.awaitOpen(400, A_WHILE);
                run.workload().pause(true);
                Thread.sleep(500);
                long before = run.cluster().redis().logLength();
                run.awaitItems(100, A_WHILE);
                long most = run.cluster().redis().logLength() - before;
                killRedis(run, most <= 1 ? 1 : 1 + (long) (run.random().nextDouble() * (most - 1)));
                run.workload().pause(false);
                run.awaitItems(300, A_WHILE);
            }
        });
    }

    /**
     * Jobs are put into their next generation by hand while items are held, as no script does it: each end still counts
     * in the generation of its start only. For the suite of mutants.
     */
    Scenario g() {
        String begin = "return redis.call('ZCARD', KEYS[1]) > 0 and redis.call('HINCRBY', KEYS[2], 'gen', 1) or 0";
        return new Scenario("G", "everysec", false, false, true, mix(2000, 60, 0), run -> {
            for (int i = 0; i < times(2); i++) {
                run.awaitItems(300, A_WHILE);
                try (RespClient redis = run.cluster().redis().client()) {
                    for (JobRun job : run.workload().jobs()) {
                        Keys.Job keys = Keys.job(job.id());
                        run.journal()
                                .fault("generation", redis.call("EVAL", begin, "2", keys.leases(), keys.meta()) + "");
                    }
                }
            }
            run.awaitItems(100, A_WHILE);
            if (run.logs().count("STALE") == 0) {
                run.violation("no completion was stale, " + FaultRun.NOT_TRIED);
            }
        });
    }

    /** Redis forgets scripts, connections and hints, while jobs are cancelled, paused, resumed and run again. */
    Scenario h() {
        Mix mix = whole ? new Mix(20_000, 400, 0, 0) : new Mix(2500, 250, 0, 0);
        return new Scenario("H", "everysec", false, false, true, mix, run -> {
            List<Thread> storms = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Random dice = new Random(run.random().nextLong());
                Storm storm = new Storm(run, dice, times(8));
                Thread thread = new Thread(storm, "storm-" + i);
                thread.start();
                storms.add(thread);
            }
            for (int i = 0; i < times(10); i++) {
                Thread.sleep(200 + run.random().nextInt(400));
                disturb(run);
            }
            for (Thread storm : storms) {
                storm.join();
            }
        });
    }

    private static void disturb(FaultRun run) throws IOException {
        try (RespClient redis = run.cluster().redis().client()) {
            switch (run.random().nextInt(3)) {
                case 0 -> {
                    run.journal().fault("SCRIPT FLUSH", "");
                    redis.call("SCRIPT", "FLUSH");
                }
                case 1 -> {
                    run.journal().fault("CLIENT KILL", "");
                    redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                }
                default -> {
                    run.journal().fault("hints deleted", "");
                    redis.call("DEL", Keys.VIRTUAL_TIMES, Keys.VIRTUAL_CLOCKS, Keys.SCHEDULER_ENTRIES);
                }
            }
        }
    }

    private static NodeProcess node(FaultRun run, int number) {
        List<NodeProcess> nodes = run.cluster().nodes();
        return nodes.get(number % nodes.size());
    }

    private static void killNode(FaultRun run, int number) throws Exception {
        NodeProcess node = node(run, number);
        Await.until(node.name() + " serves", Duration.ofSeconds(60), () -> node.address() != null);
        run.journal().fault("node killed", node.name());
        node.kill();
    }

    private static void killRedis(FaultRun run, long cut) throws Exception {
        RedisServer redis = run.cluster().redis();
        redis.kill();
        if (cut > 0) {
            redis.cutLog(cut);
        }
        run.journal().fault(cut > 0 ? "log of Redis cut" : "Redis killed", cut > 0 ? cut + " bytes" : "");
        redis.start();
    }
}
