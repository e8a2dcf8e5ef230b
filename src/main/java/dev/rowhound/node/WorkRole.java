package dev.rowhound.node;

import dev.rowhound.artifact.FolderArtifactStore;
import dev.rowhound.http.job.EvidencePath;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.limit.HostLimits;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.FairScheduler;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.EndedJobs;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.OpenJobs;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.question.AnswerSignal;
import dev.rowhound.queue.question.Questions;
import dev.rowhound.queue.result.Compaction;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.Items;
import dev.rowhound.queue.result.LargeResults;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.RetryPolicy;
import dev.rowhound.worker.WorkerConfig;
import dev.rowhound.worker.lease.Admission;
import dev.rowhound.worker.lease.Dispatcher;
import dev.rowhound.worker.lease.JobSpecCache;
import dev.rowhound.worker.lease.LeaseProtocol;
import dev.rowhound.worker.lease.Slots;
import dev.rowhound.worker.lease.TryOutQueue;
import dev.rowhound.worker.lease.WorkerMeters;
import dev.rowhound.worker.slot.LostThreads;
import dev.rowhound.worker.slot.QuestionBroker;
import dev.rowhound.worker.slot.SlotVerticle;
import dev.rowhound.worker.upkeep.Compactor;
import dev.rowhound.worker.upkeep.Recoverer;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/** The parts of a node with the role {@code worker}. */
final class WorkRole {
    private final WorkerConfig config;
    private final Slots slots;
    private final LostThreads threads;
    private final RetryPolicy.Timing timing;
    private final Dispatcher dispatcher;
    private final LeaseProtocol protocol;
    private final QuestionBroker questions;
    private final Recoverer recoverer;
    private final Compactor compactor;
    private final TryOutQueue tryOuts;
    private final AtomicInteger nextSlot = new AtomicInteger();

    /**
     * @param name the node's name
     */
    WorkRole(
            NodeConfig config,
            String name,
            Vertx vertx,
            RedisConnector redis,
            FolderArtifactStore artifacts,
            Items items,
            Quotas quotas,
            Wakeups wakeups,
            WorkSignal signal,
            WorkKinds kinds,
            LostThreads threads,
            MeterRegistry registry) {
        this.config = config.worker();
        Jobs jobs = new Jobs(redis, config.queue());
        this.slots = new Slots(config.worker());
        this.threads = threads;
        this.timing = RetryPolicy.Timing.of(vertx);
        ToIntFunction<String> weights = user -> config.quota().of(user).weight();
        FairScheduler turns = new FairScheduler(redis, weights);
        FairScheduler questionTurns = FairScheduler.ofQuestions(redis, weights);
        Leases leases = new Leases(redis, config.queue(), name, new LargeResults(vertx, artifacts));
        Admission admission = new Admission(
                new HostLimits(redis, config.limit(), name),
                quotas,
                config.queue().lease());
        EvidenceFiles evidence = new EvidenceFiles(artifacts, EvidencePath::of);
        this.dispatcher = new Dispatcher(
                turns,
                questionTurns,
                new JobSpecCache(jobs, kinds),
                leases,
                items,
                signal,
                admission,
                wakeups,
                slots,
                timing);
        this.protocol = new LeaseProtocol(
                vertx,
                timing,
                dispatcher,
                admission,
                leases,
                jobs,
                items,
                new Questions(redis),
                evidence,
                wakeups,
                new WorkerMeters(registry),
                config.queue().lease());
        this.questions = new QuestionBroker(protocol, evidence, new AnswerSignal(vertx), slots, timing);
        this.recoverer = new Recoverer(new OpenJobs(redis), jobs, turns, questionTurns, quotas, signal, wakeups);
        this.compactor =
                new Compactor(new EndedJobs(redis, config.queue()), new Compaction(redis, artifacts, config.queue()));
        this.tryOuts = new TryOutQueue(kinds, admission, timing);
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    LeaseProtocol protocol() {
        return protocol;
    }

    QuestionBroker questions() {
        return questions;
    }

    Recoverer recoverer() {
        return recoverer;
    }

    Compactor compactor() {
        return compactor;
    }

    /** Returns the number of slots: the working ones, and those whose items wait for a person. */
    int slots() {
        return config.slots() + config.waiting();
    }

    /** Creates the next slot. */
    SlotVerticle slot() {
        String thread = "rowhound-slot-" + nextSlot.getAndIncrement();
        return new SlotVerticle(protocol, questions, slots, threads, timing, config.stop(), thread);
    }

    /** Makes try-outs. */
    TryOutQueue tryOuts() {
        return tryOuts;
    }

    /** The slot beside the others that try-outs have. */
    SlotVerticle tryOutSlot() {
        return LocalTrials.slot(tryOuts, threads, timing);
    }
}
