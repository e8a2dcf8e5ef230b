package dev.rowhound.worker.lease;

import dev.rowhound.worker.lease.LeaseProtocol.Completion;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a slot gets its items from, and brings what they come to: the jobs in the store ({@link LeaseProtocol}), or the
 * callers who try something out ({@link TryOutQueue}).
 *
 * <p>A worker {@linkplain #take takes} an item, {@linkplain #start starts} it, {@linkplain #renew renews} its lease
 * within {@link #lease()} again and again, may {@linkplain #progress tell} how far it is, and ends with exactly one of
 * {@link #complete}, {@link #release} and {@link #abandon}. Safe for use from any thread.
 */
public interface WorkSource {
    /** How long an item is held from its taking, and from each renewal. */
    Duration lease();

    /** Whether a person looks at each result by itself. */
    boolean watched();

    /** The next item, whenever there is one; null when none will come because the node stops. */
    Future<@Nullable LeasedItem> take();

    /**
     * Marks an item as started, so that a loss of its worker counts as a crash.
     *
     * @return false where it was not: the lease was lost, the job gives out nothing at present, or the store is away. The
     *     item is to be {@linkplain #release released} then
     */
    Future<Boolean> start(LeasedItem item);

    /** Holds an item for another {@link #lease()}; false when it is the worker's no longer. */
    Future<Boolean> renew(LeasedItem item);

    /**
     * Tells those who watch how far an item is. Nobody keeps it, so a worker says it again as it goes on, at most twice a
     * second.
     *
     * @param percent 0 to 100
     * @param word what is being done, for a person
     */
    void progress(LeasedItem item, int percent, String word);

    /** Ends an attempt: with the item's result, or with another attempt later where the policy has one left. */
    Future<Void> complete(LeasedItem item, Completion completion);

    /** Gives an item back that was not started, as if it had never been taken. A worker that took it meanwhile keeps it. */
    Future<Void> release(LeasedItem item);

    /**
     * Gives an item back whose attempt was broken off; that attempt does not count.
     *
     * @param slowDownMillis as of {@link Completion}
     */
    Future<Void> release(LeasedItem item, @Nullable Long slowDownMillis);

    /** Gives an item up whose worker does not come back. */
    void abandon(LeasedItem item);

    /** From here on a call that fails is not repeated: the node stops. */
    void stopRepeating();
}
