package dev.rowhound.fault;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Keeps a cluster busy: uploads jobs of all sizes until so many rows have been and the faults are over, each until its
 * outcome is known.
 */
final class Workload {
    /** With fewer open items than this, another job comes. */
    private static final int LOW_WATER = 500;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long REPEAT_MILLIS = 100;
    private static final int WATCHERS = 2;

    private final Cluster cluster;
    private final Journal journal;
    private final Random random;
    private final Mix mix;
    private final IntSupplier openItems;
    private final BooleanSupplier broken;
    private final List<JobRun> jobs = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "workload");
    private volatile boolean finishing;
    private volatile boolean paused;
    private volatile Throwable failure;
    private volatile Consumer<JobRun> onJob = job -> {};
    private int rows;

    /**
     * What jobs look like.
     *
     * @param rows how many rows there are at least, all jobs together
     * @param mostRows how many rows a job has at most
     * @param slow how many rows of a thousand are slow
     * @param poison how many rows of the first job are poison
     */
    record Mix(int rows, int mostRows, int slow, int poison) {}

    Workload(Cluster cluster, Journal journal, Random random, Mix mix, IntSupplier openItems, BooleanSupplier broken) {
        this.cluster = cluster;
        this.journal = journal;
        this.random = random;
        this.mix = mix;
        this.openItems = openItems;
        this.broken = broken;
    }

    /** The jobs whose upload was acknowledged. */
    List<JobRun> jobs() {
        return jobs;
    }

    /** Begins; that is told of each job. */
    void start(Consumer<JobRun> told) {
        onJob = told;
        thread.setDaemon(true);
        thread.start();
    }

    /** Lets no further upload begin, or lets them begin again. */
    void pause(boolean on) {
        paused = on;
    }

    /** Waits until all rows that were to come have. */
    void finish() throws Exception {
        finishing = true;
        paused = false;
        thread.join(PATIENCE.toMillis() * 3);
        if (failure != null) {
            throw new IllegalStateException("the workload failed", failure);
        }
        if (thread.isAlive()) {
            throw new AssertionError("the uploads do not come to an end");
        }
    }

    private void run() {
        try {
            while (!broken.getAsBoolean() && (!finishing || rows < mix.rows())) {
                if (!paused && (rows == 0 || openItems.getAsInt() < LOW_WATER)) {
                    boolean first = rows == 0;
                    int size = random.nextInt(4) == 0
                            ? 1 + random.nextInt(10)
                            : mix.mostRows() / 2 + random.nextInt(mix.mostRows() / 2);
                    upload(Sheet.make(random, first ? mix.mostRows() : size, mix.slow(), first ? mix.poison() : 0));
                } else {
                    TimeUnit.MILLISECONDS.sleep(REPEAT_MILLIS);
                }
            }
        } catch (Exception | AssertionError e) {
            failure = e;
        }
    }

    /** Uploads a job, again and again until its outcome is known. */
    JobRun upload(Sheet sheet) throws Exception {
        return upload(sheet, NodeApi.JOBS);
    }

    /** Uploads a job over that address. */
    JobRun upload(Sheet sheet, String path) throws Exception {
        byte[] file = sheet.csv();
        String key = UUID.randomUUID().toString();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long began = System.currentTimeMillis();
            Journal.Result result;
            String detail;
            try {
                NodeApi.Answer answer = NodeApi.upload(cluster.anyNode(random), path, key, file);
                detail = answer.status() + " " + answer.code();
                if (answer.status() < 300) {
                    String id = answer.json().getString(path.equals(NodeApi.JOBS) ? "id" : "session_id");
                    journal.operation(began, "upload", key, Journal.Result.OK, id + " " + sheet.rows() + " rows");
                    return accepted(id, sheet);
                }
                result = answer.status() < 500 ? Journal.Result.FAILED : Journal.Result.UNKNOWN;
                if (answer.code().equals("job_ended")) {
                    // That upload broke off within its file, which uses its key up.
                    key = UUID.randomUUID().toString();
                } else if (answer.status() < 500 && !answer.code().equals("upload_in_progress")) {
                    throw new IllegalStateException("an upload is refused: " + answer);
                }
            } catch (IOException e) {
                result = Journal.Result.UNKNOWN;
                detail = String.valueOf(e.getMessage());
            }
            journal.operation(began, "upload", key, result, detail);
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("an upload was not taken for " + PATIENCE.toSeconds() + " s: " + detail);
            }
            TimeUnit.MILLISECONDS.sleep(REPEAT_MILLIS);
        }
    }

    private JobRun accepted(String id, Sheet sheet) {
        List<EventWatcher> watchers = new ArrayList<>();
        for (int i = 0; i < WATCHERS; i++) {
            watchers.add(new EventWatcher(cluster, id, random.nextLong()));
        }
        JobRun job = new JobRun(id, sheet, watchers);
        jobs.add(job);
        onJob.accept(job);
        rows += sheet.rows();
        return job;
    }

    /**
     * Asks for a job to be {@code cancel}led, {@code pause}d, {@code resume}d or for {@code retry-failed}, until the
     * outcome is known.
     *
     * @return the answer
     */
    NodeApi.Answer control(JobRun job, String wish, Random dice) throws Exception {
        String key = UUID.randomUUID().toString();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            long began = System.currentTimeMillis();
            if (wish.equals("cancel")) {
                job.wishCancel();
            }
            try {
                NodeApi.Answer answer = NodeApi.post(
                        cluster.anyNode(dice),
                        NodeApi.JOBS + "/" + job.id() + "/" + wish,
                        Map.of("Idempotency-Key", key));
                boolean known = answer.status() < 500;
                Journal.Result result = answer.status() < 300
                        ? Journal.Result.OK
                        : known ? Journal.Result.FAILED : Journal.Result.UNKNOWN;
                journal.operation(began, wish, job.id(), result, answer.status() + " " + answer.code());
                if (known) {
                    if (wish.equals("cancel") && answer.status() == 200) {
                        job.markCancelled();
                    }
                    return answer;
                }
            } catch (IOException e) {
                journal.operation(began, wish, job.id(), Journal.Result.UNKNOWN, String.valueOf(e.getMessage()));
            }
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(wish + " of job " + job.id() + " was not answered");
            }
            TimeUnit.MILLISECONDS.sleep(REPEAT_MILLIS);
        }
    }
}
