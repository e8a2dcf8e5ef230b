package dev.rowhound.queue;

import dev.rowhound.job.JobState;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.NewJob;

/**
 * What the scripts promise about jobs that stop by themselves, as a part of a {@link JobModel}. Why a job gives out
 * nothing is told in a few words: {@code user}, or {@code sample} or {@code blocked} and of how many rows.
 */
final class HaltModel {
    private final JobModel job;

    /** How many refusals in a row halt the job; 0 for none. */
    final int most;

    /** How many rows run before the others; 0 for all, and once they are done. */
    int sample;

    /** How many refusals there have been in a row. */
    int blocks;

    String halt;

    HaltModel(JobModel job, NewJob.Halts halts) {
        this.job = job;
        this.sample = halts.sample();
        this.most = halts.blocks();
    }

    /** The last row that may be given out. */
    int last(int rows) {
        return sample > 0 ? Math.min(rows, sample) : rows;
    }

    /** What follows from an item that a worker has ended. */
    void ended(char code) {
        if (most > 0 && "bfn".indexOf(code) >= 0) {
            blocks = code == 'b' ? blocks + 1 : 0;
        }
        settle();
    }

    void settle() {
        if (!job.givesOut()) {
            return;
        }
        boolean inFlight = "rthq".chars().anyMatch(code -> job.counted((char) code) > 0);
        if (sample > 0 && job.next > sample && !inFlight) {
            halt("sample " + sample);
        } else if (most > 0 && blocks == most) {
            halt("blocked " + most);
        }
    }

    void halt(String why) {
        halt = why;
        pauseIfHalted();
    }

    /** What has halted a job while it received is told once it is sealed. */
    void pauseIfHalted() {
        if (halt != null && job.state == JobState.RUNNING) {
            job.state = JobState.PAUSED;
            job.emit("job.paused", 0, halt);
        }
    }

    Jobs.ControlResult pause() {
        if (job.state == JobState.RUNNING) {
            halt("user");
        }
        return job.state == JobState.PAUSED ? job.done() : job.refused();
    }

    /** The deployment halts the job. */
    Jobs.ControlResult haltFor(String code) {
        boolean halted = job.open() && halt != null;
        if (!halted && job.givesOut()) {
            halt(code);
            halted = true;
        }
        return halted ? job.done() : job.refused();
    }

    /** A sample that is not done stays; its rest runs before the others. */
    Jobs.ControlResult resume() {
        if (job.state == JobState.PAUSED) {
            job.state = JobState.RUNNING;
            goOn();
            job.emit("job.resumed", 0);
        }
        return job.state == JobState.RUNNING ? job.done() : job.refused();
    }

    private void goOn() {
        sample = halt.startsWith("sample") ? 0 : sample;
        halt = null;
        blocks = 0;
    }

    void retry() {
        sample = 0;
        halt = null;
        blocks = 0;
    }

    /** The reason that the job's snapshot has, or null. */
    String told() {
        return job.state == JobState.PAUSED || job.state == JobState.RECEIVING ? halt : null;
    }
}
