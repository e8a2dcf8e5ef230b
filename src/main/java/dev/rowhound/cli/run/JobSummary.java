package dev.rowhound.cli.run;

import dev.rowhound.cli.console.Progress;
import dev.rowhound.cli.console.ProgressBar;
import dev.rowhound.cli.console.Terminal;
import dev.rowhound.job.JobState;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;

/** Prints how a job ended. */
public final class JobSummary {
    private JobSummary() {}

    /** Prints the state, the numbers and the reason of a failure from the job's snapshot. */
    public static void print(JsonObject job, Terminal terminal) {
        ProgressTracker tracker = new ProgressTracker(System::nanoTime);
        tracker.update(job.getJsonObject("counters"), job.getLong("total"));
        Progress progress = tracker.progress();
        String outcomes = ProgressBar.outcomes(progress);
        String numbers = (progress.total() == null ? progress.done() : progress.total()) + " rows"
                + (outcomes.isEmpty() ? "" : ": " + outcomes);
        switch (JobState.of(job.getString("state"))) {
            case COMPLETED -> terminal.println("Completed" + time(job) + ", " + numbers);
            case FAILED ->
                terminal.printError("The job failed: "
                        + job.getJsonObject("reason", new JsonObject())
                                .getString("message", "the server gave no reason"));
            case CANCELLED -> terminal.printError("The job was cancelled, " + numbers);
            default -> terminal.printError("The job has not ended, " + numbers);
        }
    }

    private static String time(JsonObject job) {
        Instant started = job.getInstant("started_at");
        Instant ended = job.getInstant("ended_at");
        return started == null || ended == null ? "" : " in " + ProgressBar.duration(Duration.between(started, ended));
    }
}
