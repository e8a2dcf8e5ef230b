package dev.trawl;

import dev.trawl.artifact.FolderArtifactStore;
import dev.trawl.limit.JobStanding;
import dev.trawl.limit.Quotas;
import dev.trawl.progress.Wakeups;
import dev.trawl.queue.AnswerSignal;
import dev.trawl.queue.EndedJobs;
import dev.trawl.queue.EvidenceFiles;
import dev.trawl.queue.Items;
import dev.trawl.queue.JobSnapshot;
import dev.trawl.queue.Jobs;
import dev.trawl.queue.Questions;
import dev.trawl.queue.StoredResults;
import dev.trawl.queue.Turns;
import dev.trawl.queue.WorkSignal;
import dev.trawl.redis.RedisConnector;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** What serving and looking up both stand on. */
record Shared(
        Vertx vertx,
        RedisConnector redis,
        FolderArtifactStore artifacts,
        Jobs jobs,
        Items items,
        Turns turns,
        Turns questionTurns,
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
    static Shared of(
            NodeConfig config,
            String name,
            Vertx vertx,
            RedisConnector redis,
            FolderArtifactStore artifacts,
            MeterRegistry registry) {
        Jobs jobs = new Jobs(redis, config.queue());
        Items items = new Items(redis, new StoredResults(vertx, artifacts));
        FunctionCounter.builder("trawl_results_mixed_up", items, Items::mismatches)
                .description("Results that were found with another row; any is a fault of this program")
                .register(registry);
        Quotas quotas =
                new Quotas(redis, config.quota(), job -> jobs.find(job).map(Shared::standing), name, Clock.systemUTC());
        return new Shared(
                vertx,
                redis,
                artifacts,
                jobs,
                items,
                new Turns(redis, user -> quotas.of(user).weight()),
                Turns.ofQuestions(redis, user -> quotas.of(user).weight()),
                quotas,
                new EndedJobs(redis, config.queue()),
                new Wakeups(vertx),
                new WorkSignal(vertx),
                new Questions(redis),
                new AnswerSignal(vertx),
                new EvidenceFiles(artifacts));
    }

    private static JobStanding.Standing standing(@Nullable JobSnapshot job) {
        if (job == null) {
            return JobStanding.Standing.ABSENT;
        }
        return job.state().terminal() ? JobStanding.Standing.ENDED : JobStanding.Standing.OPEN;
    }
}
