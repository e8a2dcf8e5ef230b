package dev.rowhound.worker.lease;

import dev.rowhound.worker.lease.LeaseProtocol.Completion;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Provides a slot with items and accepts their results. Items come from the jobs in the store ({@link LeaseProtocol})
 * or from try-outs ({@link TryOutQueue}).
 *
 * <p>A worker {@linkplain #take takes} an item, {@linkplain #start starts} it, {@linkplain #renew renews} its lease
 * repeatedly within {@link #lease()}, may {@linkplain #progress report its progress}, and ends with exactly one of
 * {@link #complete}, {@link #release} and {@link #abandon}. Thread-safe.
 */
public interface WorkSource {
    /** The lease duration, counted from when the item is taken and from each renewal. */
    Duration lease();

    /** Whether a person inspects each result. */
    boolean watched();

    /** Completes with the next item as soon as one is available, or with null when the node stops. */
    Future<@Nullable LeasedItem> take();

    /**
     * Marks an item as started, so that a loss of its worker counts as a crash.
     *
     * @return false if the lease was lost, the job currently starts no items, or the store is unavailable; the worker
     *     must then {@linkplain #release release} the item
     */
    Future<Boolean> start(LeasedItem item);

    /** Extends the lease of an item by another {@link #lease()}; false if the worker has lost the lease. */
    Future<Boolean> renew(LeasedItem item);

    /**
     * Reports the progress of an item to watchers. Reports are not stored, so a worker sends them repeatedly, at most
     * twice a second.
     *
     * @param percent 0 to 100
     * @param word a description of the current activity for people
     */
    void progress(LeasedItem item, int percent, String word);

    /**
     * Ends an attempt. Stores the item's result, schedules a retry if the policy has attempts left, or lets the item
     * wait for a node that has room for its question.
     */
    Future<Void> complete(LeasedItem item, Completion completion);

    /**
     * Returns an item to the queue: an unstarted one as if it had never been leased, one whose attempt was aborted
     * without counting the attempt. Has no effect if another worker has leased it meanwhile.
     *
     * @param slowDownMillis as of {@link Completion}; null for an unstarted item
     */
    Future<Void> release(LeasedItem item, @Nullable Long slowDownMillis);

    /** Drops an item whose thread hangs. */
    void abandon(LeasedItem item);
}
