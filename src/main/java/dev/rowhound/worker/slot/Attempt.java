package dev.rowhound.worker.slot;

import dev.rowhound.artifact.StorageException;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.PendingAnswer;
import dev.rowhound.job.Question;
import dev.rowhound.redis.RetryPolicy.Timing;
import dev.rowhound.worker.lease.LeaseProtocol.Postponement;
import dev.rowhound.worker.lease.LeasedItem;
import dev.rowhound.worker.lease.Slots;
import dev.rowhound.worker.lease.WorkSource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one attempt at an item, shared by the thread that processes it and the event loop that renews its lease.
 * Times are from the monotonic clock.
 */
final class Attempt implements ItemContext {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /** Limits the evidence of an attempt, which is held in memory until the attempt ends. */
    private static final long MAX_EVIDENCE_BYTES = 32L << 20;

    private final LeasedItem item;
    private final WorkSource source;
    private final Timing timing;
    private final ProgressReports reports;
    private final @Nullable BiFunction<Attempt, Question, QuestionBroker.Waiting> asking;
    private final Map<String, Evidence> evidence = new LinkedHashMap<>();
    private final Promise<Void> lost = Promise.promise();
    private volatile long deadlineNanos;
    private final long quietLimitNanos;
    private volatile String step = "start";
    private volatile long lastSignNanos;
    private volatile long leaseEndNanos;
    private volatile boolean abandoned;
    private volatile boolean processed;
    private volatile boolean overdue;
    private volatile @Nullable Long slowDownMillis;
    private volatile @Nullable Long waitingSinceNanos;
    private volatile @Nullable Postponement postponement;
    private volatile QuestionBroker.@Nullable Waiting question;
    private volatile Slots.@Nullable Place place;

    /**
     * Starts the time limit.
     *
     * @param reports forwards progress reports
     * @param asking asks a person; null if nobody can be asked
     */
    Attempt(
            LeasedItem item,
            WorkSource source,
            Timing timing,
            ProgressReports reports,
            @Nullable BiFunction<Attempt, Question, QuestionBroker.Waiting> asking) {
        this.item = item;
        this.source = source;
        this.timing = timing;
        this.reports = reports;
        this.asking = asking;
        this.place = item.place();
        this.leaseEndNanos = item.leasedNanos() + source.lease().toNanos();
        this.lastSignNanos = timing.nanoTime();
        this.quietLimitNanos = TimeUnit.MILLISECONDS.toNanos(item.policy().silenceMillis() + Heartbeater.GRACE_MILLIS);
        this.deadlineNanos =
                lastSignNanos + TimeUnit.MILLISECONDS.toNanos(item.policy().itemMillis());
    }

    @Override
    public void progress(String step) {
        this.step = step;
        lastSignNanos = timing.nanoTime();
    }

    @Override
    public void progress(int percent, String word) {
        progress(word);
        reports.report(percent, word);
    }

    @Override
    public long remainingMillis() {
        Long since = waitingSinceNanos;
        long now = since == null ? timing.nanoTime() : since;
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - now));
    }

    @Override
    public void slowDown(long retryAfterMillis) {
        slowDownMillis = retryAfterMillis;
    }

    @Override
    public boolean watched() {
        return source.watched();
    }

    @Override
    public void evidence(Evidence file) {
        long otherBytes = evidence.values().stream()
                .filter(other -> !other.name().equals(file.name()))
                .mapToLong(other -> other.content().length)
                .sum();
        if (otherBytes + file.content().length > MAX_EVIDENCE_BYTES) {
            LOG.warn("{} of {} is too large to be stored", file.name(), item);
        } else {
            evidence.put(file.name(), file);
        }
    }

    /** The evidence to store with the result. Must be called only after the attempt has ended. */
    List<Evidence> evidence() {
        return List.copyOf(evidence.values());
    }

    @Override
    public PendingAnswer ask(Question newQuestion) {
        if (asking == null) {
            return PendingAnswer.none("Questions cannot be answered here");
        }
        if (!item.policy().asks()) {
            return PendingAnswer.none("items of this kind cannot ask questions");
        }
        QuestionBroker.Waiting waiting = asking.apply(this, newQuestion);
        question = waiting;
        return waiting;
    }

    /** Acquires a place to ask, which the attempt holds until it ends; false if all places are in use. */
    boolean takePlace(Slots slots) {
        if (place == null) {
            place = slots.place();
        }
        return place != null;
    }

    /** Releases the place to ask, if the attempt has one. */
    void leavePlace() {
        Slots.Place taken = place;
        if (taken != null) {
            taken.close();
        }
    }

    /** Ends an open question after the attempt has ended. Called on the slot's event loop. */
    void endQuestion() {
        QuestionBroker.Waiting open = question;
        if (open != null) {
            open.giveUp();
        }
    }

    /** Marks the attempt as waiting for a person, which suspends its time limit. */
    void beginWait() {
        waitingSinceNanos = timing.nanoTime();
    }

    void endWait() {
        Long since = waitingSinceNanos;
        if (since != null) {
            lastSignNanos = timing.nanoTime();
            deadlineNanos += lastSignNanos - since;
            waitingSinceNanos = null;
        }
    }

    /** Whether the attempt waits for a person. */
    boolean waiting() {
        return waitingSinceNanos != null;
    }

    /**
     * Marks the item to wait, after this attempt, for room for its question.
     *
     * @param fault why the question's picture could not be stored, or null
     */
    void postpone(@Nullable StorageException fault) {
        postponement = new Postponement(fault);
    }

    @Nullable
    Postponement postponement() {
        return postponement;
    }

    /** The pause that the host requests in milliseconds, -1 for one of unspecified length, null for none. */
    @Nullable
    Long slowDownMillis() {
        return slowDownMillis;
    }

    LeasedItem item() {
        return item;
    }

    /** Extends the known end of the lease after a renewal that was sent at {@code sinceNanos}. */
    void renewed(long sinceNanos) {
        leaseEndNanos = sinceNanos + source.lease().toNanos();
    }

    /** Whether the lease may have expired, as far as this node knows, so that another node may process the item. */
    boolean lapsed() {
        return timing.nanoTime() - leaseEndNanos > 0;
    }

    /** Whether the thread has shown no activity for longer than any step may take. */
    boolean quiet() {
        return !processed && !waiting() && timing.nanoTime() - lastSignNanos > quietLimitNanos;
    }

    /** The description of the latest activity. */
    String step() {
        return step;
    }

    /** Marks the attempt's result as unwanted, because the lease is lost or the node stops. */
    void abandon() {
        abandoned = true;
    }

    boolean abandoned() {
        return abandoned;
    }

    /** Marks the item as processed; its result is being stored. */
    void markProcessed() {
        processed = true;
    }

    boolean processed() {
        return processed;
    }

    /** Marks the attempt as timed out, with its processor aborted. */
    void markOverdue() {
        overdue = true;
    }

    boolean overdue() {
        return overdue;
    }

    /** Marks the thread as lost, because it has not returned after the abort. Has no effect if it has returned. */
    void markLost() {
        lost.tryComplete();
    }

    /** Completes when the thread counts as lost. */
    Future<Void> lost() {
        return lost.future();
    }
}
