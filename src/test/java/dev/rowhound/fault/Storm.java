package dev.rowhound.fault;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Wishes of owners in quick succession, some of them at once from two sides; what a node does not know is left out. */
final class Storm implements Runnable {
    private static final List<String> WISHES = List.of("cancel", "pause", "resume", "retry-failed");
    private static final long QUIET_MILLIS = 300;

    /** How many jobs have their failed rows tried again at the end. */
    private static final int RETRIED = 4;

    /** How often it is looked whether a job has completed. */
    private static final int LOOKS = 30;

    private final FaultRun run;
    private final Random dice;
    private final int wishes;
    private final Set<String> unknown = new HashSet<>();

    Storm(FaultRun run, Random dice, int wishes) {
        this.run = run;
        this.dice = dice;
        this.wishes = wishes;
    }

    @Override
    public void run() {
        try {
            for (int i = 0; i < wishes; i++) {
                List<JobRun> jobs = run.workload().jobs();
                if (jobs.isEmpty()) {
                    Thread.sleep(200);
                    continue;
                }
                // Mostly a young job, which is open.
                int back = Math.min(jobs.size() - 1, dice.nextInt(3));
                JobRun job = jobs.get(jobs.size() - 1 - back);
                switch (dice.nextInt(3)) {
                    case 0 -> stop(job, "cancel");
                    case 1 -> {
                        stop(job, "pause");
                        wish(job, "resume");
                    }
                    default -> {
                        for (int n = 0; n < 5; n++) {
                            wish(job, WISHES.get(1 + dice.nextInt(WISHES.size() - 1)));
                        }
                        wish(job, "resume");
                    }
                }
                Thread.sleep(dice.nextInt(200));
            }
            // Nothing stays paused for good.
            List<JobRun> jobs = List.copyOf(run.workload().jobs());
            for (JobRun job : jobs) {
                wish(job, "resume");
            }
            for (JobRun job : jobs.subList(Math.max(0, jobs.size() - RETRIED), jobs.size())) {
                retry(job);
            }
        } catch (Exception | AssertionError e) {
            run.violation("a storm failed: " + e);
        }
    }

    /** The rows of a job that have failed wait again once it is completed; a pause falls into that. */
    private void retry(JobRun job) throws Exception {
        for (int look = 0; look < LOOKS; look++) {
            NodeApi.Answer answer = wish(job, "retry-failed");
            if (answer.status() < 300) {
                stop(job, "pause");
                wish(job, "resume");
                return;
            }
            if (!answer.code().equals("job_not_ended")) {
                return;
            }
            Thread.sleep(QUIET_MILLIS);
        }
    }

    private NodeApi.Answer wish(JobRun job, String wish) throws Exception {
        if (unknown.contains(wish)) {
            return new NodeApi.Answer(404, "");
        }
        NodeApi.Answer answer = run.workload().control(job, wish, dice);
        if (answer.code().equals("not_found") || answer.status() == 405) {
            unknown.add(wish);
        } else if (wish.equals("retry-failed") && answer.status() < 300) {
            job.markRetried();
        }
        return answer;
    }

    /** Nothing is given out once a pause or cancel is acknowledged. */
    private void stop(JobRun job, String wish) throws Exception {
        synchronized (job) {
            if (wish(job, wish).status() >= 300) {
                return;
            }
            try (RespClient redis = run.cluster().redis().client()) {
                JobDump first = JobDump.read(redis, job.id());
                Thread.sleep(QUIET_MILLIS);
                JobDump second = JobDump.read(redis, job.id());
                boolean still = first.state().equals(wish.equals("cancel") ? "cancelled" : "paused")
                        && second.state().equals(first.state());
                if (still && first.number("fence") != second.number("fence")) {
                    run.violation("job " + job.id() + ": items were given out after an acknowledged " + wish);
                }
            } catch (IOException e) {
                // This connection is one of those that the run cuts.
                run.journal().fault("look cut off", String.valueOf(e.getMessage()));
            }
        }
    }
}
