package dev.rowhound.worker.lease;

import dev.rowhound.job.ItemResult;
import dev.rowhound.job.Question;
import dev.rowhound.job.Row;
import dev.rowhound.job.Work;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.Lease;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.question.Questions;
import dev.rowhound.queue.result.EvidenceFiles.StoredFile;
import dev.rowhound.queue.result.Items;
import dev.rowhound.queue.result.LargeResults;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** One job in memory, with what the lease protocol asks of a store. All is guarded by the store itself. */
final class MemoryStore {
    static final String JOB = "job";

    private final WorkSignal signal;
    private final JobSpecCache.JobSpec spec;
    private final Deque<Integer> waiting = new ArrayDeque<>();
    private final Map<Integer, String> owners = new HashMap<>();
    private final Map<Integer, Integer> tries = new HashMap<>();
    private final Map<Integer, ItemResult> results = new HashMap<>();

    /** What was called, such as {@code retry 1 250}; calls that fail because the store is away are not in it. */
    private final List<String> calls = new ArrayList<>();

    /** What was given back of what a turn was charged. */
    final List<Integer> refunds = new CopyOnWriteArrayList<>();

    private int tokens;
    private long created;
    private int refused;
    private boolean unreadable;
    private boolean away;
    private boolean paused;
    private String answer;

    MemoryStore(Work work, WorkSignal signal, int rows) {
        this.signal = signal;
        this.spec = new JobSpecCache.JobSpec(0, work, List.of("key"), "anonymous", 5, false);
        for (int row = 1; row <= rows; row++) {
            waiting.add(row);
        }
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized Map<Integer, ItemResult> results() {
        return Map.copyOf(results);
    }

    /** How many calls have found the store away. */
    synchronized int refused() {
        return refused;
    }

    /** The store answers nobody, or does so again. */
    synchronized void away(boolean now) {
        away = now;
    }

    synchronized void pause() {
        paused = true;
    }

    /** An item goes to another worker, of that token. */
    synchronized void giveTo(int row, String token) {
        owners.put(row, token);
    }

    /** The next claim finds that another job has been given the id. */
    synchronized void reopen() {
        created = 5;
    }

    /** The rows' input is gone. */
    synchronized void loseInput() {
        unreadable = true;
    }

    synchronized void answer(String text) {
        answer = text;
    }

    synchronized void add(int row) {
        waiting.add(row);
    }

    private synchronized <T> Future<T> call(Supplier<T> call) {
        if (away) {
            refused++;
            return Future.failedFuture(TestRedis.away());
        }
        try {
            return Future.succeededFuture(call.get());
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private boolean holds(Lease lease) {
        return lease.token().equals(owners.get(lease.row()));
    }

    /** Ends the right to an item, if it is one. */
    private Leases.EndOutcome drop(Lease lease, String name, boolean again) {
        if (!holds(lease)) {
            calls.add("stale " + name + " " + lease.row());
            return Leases.EndOutcome.STALE;
        }
        calls.add(name + " " + lease.row());
        owners.remove(lease.row());
        if (again) {
            waiting.add(lease.row());
            signal.publish();
        }
        return Leases.EndOutcome.OK;
    }

    JobSpecCache specs() {
        return new JobSpecCache(null, null) {
            @Override
            Future<JobSpec> find(String job) {
                return Future.succeededFuture(spec);
            }
        };
    }

    Items items() {
        return new Items(null, null) {
            @Override
            public Future<Row> row(String job, long created, int number) {
                return call(() -> unreadable ? null : new Row(number, "k" + number, 0, null, List.of("k" + number)));
            }
        };
    }

    FairScheduler turns(boolean any) {
        return new FairScheduler(null, user -> 1) {
            @Override
            public Future<String> pick(int charge) {
                return call(() -> any && !waiting.isEmpty() && !paused ? JOB : null);
            }

            @Override
            public Future<Void> offer(QueuedJob job) {
                return Future.succeededFuture();
            }

            @Override
            public Future<Void> refund(QueuedJob job, int items) {
                refunds.add(items);
                return Future.succeededFuture();
            }

            @Override
            public Future<Void> refundEmptyClaim(QueuedJob job, int items) {
                return Future.succeededFuture();
            }

            @Override
            public Future<Void> park(String job) {
                return Future.succeededFuture();
            }
        };
    }

    Leases leases() {
        return new Leases(null, null, "n1", null) {
            @Override
            public Future<Claim> claim(String job, int most) {
                return call(() -> {
                    List<Lease> leases = new ArrayList<>();
                    while (leases.size() < most && !waiting.isEmpty()) {
                        int row = waiting.remove();
                        owners.put(row, "t" + ++tokens);
                        leases.add(new Lease(job, 1, row, owners.get(row)));
                    }
                    long of = created;
                    created = 0;
                    return new Claim(of, leases, true, 0);
                });
            }

            @Override
            public Future<Integer> start(Lease lease, String key) {
                return call(() -> holds(lease) && !paused ? tries.getOrDefault(lease.row(), 0) + 1 : null);
            }

            @Override
            public Future<Boolean> renew(Lease lease) {
                return call(() -> holds(lease));
            }

            @Override
            public Future<EndOutcome> end(
                    Lease lease, Row row, int attempts, ItemResult came, List<StoredFile> evidence) {
                return call(() -> {
                    ItemResult result = LargeResults.bounded(came);
                    EndOutcome outcome = drop(lease, "end", false);
                    if (outcome == EndOutcome.OK) {
                        results.put(row.number(), result);
                    }
                    return outcome;
                });
            }

            @Override
            public Future<EndOutcome> retry(Lease lease, String key, int attempt, ItemResult result, long delayMillis) {
                return call(() -> {
                    tries.merge(lease.row(), 1, Integer::sum);
                    return drop(lease, "retry", true);
                });
            }

            @Override
            public Future<EndOutcome> release(Lease lease, long delayMillis) {
                return call(() -> drop(lease, "release", !paused));
            }

            @Override
            public Future<Boolean> defer(
                    Lease lease, String key, String host, long waitMillis, long startIntervalMillis) {
                return call(() -> drop(lease, "defer", false) == EndOutcome.OK);
            }

            @Override
            public Future<EndOutcome> awaitQuestion(Lease lease, String key) {
                return call(() -> drop(lease, "await_question", false));
            }
        };
    }

    Questions questions() {
        return new Questions(null) {
            @Override
            public Future<Boolean> ask(Lease lease, String id, Question question, String picture) {
                return call(() -> {
                    calls.add("ask " + lease.row());
                    return holds(lease);
                });
            }

            @Override
            public Future<Status> status(Lease lease, String id) {
                return call(() -> {
                    if (!holds(lease)) {
                        return new Status(QuestionState.GONE, "");
                    }
                    return answer == null
                            ? new Status(QuestionState.OPEN, "")
                            : new Status(QuestionState.ANSWERED, answer);
                });
            }
        };
    }
}
