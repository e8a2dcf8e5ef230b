package dev.rowhound.node;

import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.http.job.EvidencePath;
import dev.rowhound.limit.JobStanding;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.EndedJobs;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.question.AnswerSignal;
import dev.rowhound.queue.question.Questions;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.Items;
import dev.rowhound.queue.result.StoredResults;
import dev.rowhound.redis.RedisConnector;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What serving and looking up both stand on. */
record StoreRooms(
        Vertx vertx,
        RedisConnector redis,
        FolderArtifactStore artifacts,
        Jobs jobs,
        Items items,
        FairScheduler turns,
        FairScheduler questionTurns,
        Quotas quotas,
        EndedJobs ended,
        Wakeups wakeups,
        WorkSignal signal,
        Questions questions,
        AnswerSignal answers,
        EvidenceFiles evidence) {

    /**
     * Makes them.
     *
     * @param name the node's name
     * @param registry counts what they count
     */
    static StoreRooms of(
            NodeConfig config,
            String name,
            Vertx vertx,
            RedisConnector redis,
            FolderArtifactStore artifacts,
            MeterRegistry registry) {
        Jobs jobs = new Jobs(redis, config.queue());
        Items items = new Items(redis, new StoredResults(vertx, artifacts));
        FunctionCounter.builder("rowhound_results_mixed_up", items, Items::mismatches)
                .description("Results that were found with another row; any is a fault of this program")
                .register(registry);
        Quotas quotas = new Quotas(
                redis, config.quota(), job -> jobs.find(job).map(StoreRooms::standing), name, Clock.systemUTC());
        return new StoreRooms(
                vertx,
                redis,
                artifacts,
                jobs,
                items,
                new FairScheduler(redis, user -> quotas.of(user).weight()),
                FairScheduler.ofQuestions(redis, user -> quotas.of(user).weight()),
                quotas,
                new EndedJobs(redis, config.queue()),
                new Wakeups(vertx),
                new WorkSignal(vertx),
                new Questions(redis),
                new AnswerSignal(vertx),
                new EvidenceFiles(artifacts, EvidencePath::of));
    }

    private static JobStanding.Standing standing(@Nullable JobSnapshot job) {
        if (job == null) {
            return JobStanding.Standing.ABSENT;
        }
        return job.state().terminal() ? JobStanding.Standing.ENDED : JobStanding.Standing.OPEN;
    }
}
