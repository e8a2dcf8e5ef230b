package dev.rowhound.worker.slot;

import dev.rowhound.artifact.StorageException;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.PendingAnswer;
import dev.rowhound.job.Question;
import dev.rowhound.redis.RetryPolicy.Timing;
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
 * One attempt at an item, between the thread that processes it and the event loop that holds its lease. Times are of
 * the monotonic clock.
 */
final class Attempt implements ItemContext {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /** More than that of evidence is not kept, for it lies in memory until the attempt ends. */
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
    private volatile boolean postponed;
    private volatile @Nullable StorageException unkept;
    private volatile QuestionBroker.@Nullable Waiting question;
    private volatile Slots.@Nullable Place place;

    /**
     * Begins at this moment.
     *
     * @param source where the item comes from
     * @param reports hands on how far it is
     * @param asking asks a person; null where nobody can be asked
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
        long others = evidence.values().stream()
                .filter(kept -> !kept.name().equals(file.name()))
                .mapToLong(kept -> kept.content().length)
                .sum();
        if (others + file.content().length > MAX_EVIDENCE_BYTES) {
            LOG.warn("{} of {} is too large to be kept", file.name(), item);
        } else {
            evidence.put(file.name(), file);
        }
    }

    /** What is to be kept beside the result. To be called once the attempt has ended. */
    List<Evidence> evidence() {
        return List.copyOf(evidence.values());
    }

    @Override
    public PendingAnswer ask(Question asked) {
        if (asking == null) {
            return PendingAnswer.none("Nobody can be asked here");
        }
        if (!item.policy().asks()) {
            return PendingAnswer.none("items of this kind ask nobody");
        }
        QuestionBroker.Waiting waiting = asking.apply(this, asked);
        question = waiting;
        return waiting;
    }

    /** Takes the right to ask, which the attempt keeps to its end; false where there is none to have at present. */
    boolean takePlace(Slots slots) {
        if (place == null) {
            place = slots.place();
        }
        return place != null;
    }

    /** Gives the right to ask back, if it has it. */
    void leavePlace() {
        Slots.Place taken = place;
        if (taken != null) {
            taken.close();
        }
    }

    /** The attempt has ended: a question that is still open is given up. On the slot's event loop. */
    void endQuestion() {
        QuestionBroker.Waiting open = question;
        if (open != null) {
            open.giveUp();
        }
    }

    /** From here on a person is waited for, and the attempt's own time stands still. */
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

    /** Whether a person is waited for. */
    boolean waiting() {
        return waitingSinceNanos != null;
    }

    /** What the person must see could not be kept. */
    void unkept(StorageException fault) {
        unkept = fault;
        postpone();
    }

    /** Why what the person must see could not be kept, or null. */
    @Nullable
    StorageException unkept() {
        return unkept;
    }

    /** There is no room for a question at present; the item is to wait for it. */
    void postpone() {
        postponed = true;
    }

    boolean postponed() {
        return postponed;
    }

    /** For how long the host wants to be left alone, in milliseconds, -1 where it has not said; null if it does not. */
    @Nullable
    Long slowDownMillis() {
        return slowDownMillis;
    }

    LeasedItem item() {
        return item;
    }

    /** The lease was renewed at that time or later. */
    void renewed(long sinceNanos) {
        leaseEndNanos = sinceNanos + source.lease().toNanos();
    }

    /** Whether the lease has run out for all that this node knows, so that another may work on the item. */
    boolean lapsed() {
        return timing.nanoTime() - leaseEndNanos > 0;
    }

    /** Whether the thread has given no sign of life for longer than any of its steps may take. */
    boolean quiet() {
        return !processed && !waiting() && timing.nanoTime() - lastSignNanos > quietLimitNanos;
    }

    /** What was being done last. */
    String step() {
        return step;
    }

    /** The lease is gone, so nobody waits for the result. */
    void abandon() {
        abandoned = true;
    }

    boolean abandoned() {
        return abandoned;
    }

    /** The thread is done with the item, and its result is on the way into the store. */
    void markProcessed() {
        processed = true;
    }

    boolean processed() {
        return processed;
    }

    /** The time was over and the thread had to be freed by force. */
    void markOverdue() {
        overdue = true;
    }

    boolean overdue() {
        return overdue;
    }

    /** The thread has not come back although its processor was aborted. Of no effect once it has. */
    void markLost() {
        lost.tryComplete();
    }

    /** Completes when the thread counts as lost. */
    Future<Void> lost() {
        return lost.future();
    }
}
