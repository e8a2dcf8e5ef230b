package dev.rowhound.fault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Looks at all jobs of a run again and again while faults happen, each at one moment. */
final class LiveChecker implements AutoCloseable {
    private static final long PAUSE_MILLIS = 150;
    private static final int MOST_VIOLATIONS = 20;
    private static final int TIMEOUT_MILLIS = 5000;

    private final RedisServer redis;
    private final Map<String, Integer> rows = new ConcurrentHashMap<>();
    private final Map<String, JobDump> latest = new ConcurrentHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "live-checks");
    private volatile boolean closing;
    private volatile int looks;

    LiveChecker(RedisServer redis) {
        this.redis = redis;
        thread.setDaemon(true);
        thread.start();
    }

    /** Looks at that job too from now on. */
    void add(JobRun job) {
        rows.put(job.id(), job.sheet().rows());
    }

    /** How many items of all jobs have not ended, as far as is known. */
    int openItems() {
        return rows.entrySet().stream()
                .mapToInt(job -> {
                    JobDump dump = latest.get(job.getKey());
                    return dump == null ? job.getValue() : job.getValue() - dump.ended();
                })
                .sum();
    }

    /** How many items of all jobs have ended, as far as is known. */
    int endedItems() {
        return latest.values().stream().mapToInt(JobDump::ended).sum();
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** How often a job was looked at. */
    int looks() {
        return looks;
    }

    private void run() {
        while (!closing) {
            try (RespClient client = new RespClient(redis.port(), TIMEOUT_MILLIS)) {
                while (!closing) {
                    for (String job : rows.keySet()) {
                        // An ended job too: a Redis that loses the end of its log opens it again.
                        look(JobDump.read(client, job));
                    }
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            } catch (IOException e) {
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look(JobDump job) {
        if (job.state().isEmpty()) {
            return;
        }
        looks++;
        latest.put(job.job(), job);
        if (violations.size() < MOST_VIOLATIONS) {
            violations.addAll(StandingChecks.check(job));
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }
}
