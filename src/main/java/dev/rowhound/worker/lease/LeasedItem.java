package dev.rowhound.worker.lease;

import dev.rowhound.job.ItemInput;
import dev.rowhound.job.Row;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkPolicy;
import dev.rowhound.queue.Lease;
import dev.rowhound.worker.lease.Admission.Permits;
import dev.rowhound.worker.lease.JobSpecCache.JobSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An item that was taken, and the right to work on it. Safe for use from any thread. */
public final class LeasedItem {
    /** How often permits are held on within the time after which they lapse. */
    private static final int HOLDS_A_LAPSE = 3;

    private final Lease lease;
    private final long leasedNanos;
    private final JobSpec spec;
    private final Row row;
    private final Permits permits;
    private final Slots.@Nullable Place place;
    private volatile int attempt;
    private volatile long startedNanos;
    private volatile boolean gone;
    private volatile boolean ended;
    private volatile long permitsHeldNanos;

    /**
     * @param leasedNanos the monotonic time from which the right counts, at the latest
     * @param permits what it was admitted with; to be given back
     * @param place the right to ask a person, for an item that does so as far as is known; to be given back
     */
    LeasedItem(Lease lease, long leasedNanos, JobSpec spec, Row row, Permits permits, Slots.@Nullable Place place) {
        this.lease = lease;
        this.leasedNanos = leasedNanos;
        this.spec = spec;
        this.row = row;
        this.permits = permits;
        this.place = place;
        this.permitsHeldNanos = leasedNanos;
    }

    /** The right to the item. */
    public Lease lease() {
        return lease;
    }

    /** The monotonic time from which the right counts, at the latest. */
    public long leasedNanos() {
        return leasedNanos;
    }

    /** How the item is processed. */
    public Work work() {
        return spec.work();
    }

    /** What is known of its kind. */
    public WorkPolicy policy() {
        return spec.policy();
    }

    /** What its processor is given. */
    public ItemInput input() {
        return input(lease, spec, row);
    }

    static ItemInput input(Lease lease, JobSpec spec, Row row) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (int i = 0; i < spec.columns().size(); i++) {
            columns.put(spec.columns().get(i), row.values().get(i));
        }
        return new ItemInput(
                lease.job(),
                spec.created(),
                row.number(),
                row.key(),
                columns,
                spec.work().plan());
    }

    JobSpec spec() {
        return spec;
    }

    Row row() {
        return row;
    }

    Permits permits() {
        return permits;
    }

    /** The right to ask a person, or null where it is not known that the item asks. */
    public Slots.@Nullable Place place() {
        return place;
    }

    void started(int number, long nanos) {
        startedNanos = nanos;
        attempt = number;
    }

    long startedNanos() {
        return startedNanos;
    }

    /** Whether it is time to hold the permits of this item on; asked at each renewal. */
    boolean holdsPermitsOn(long nowNanos) {
        boolean due = policy().itemMillis() > Admission.MAX_HOLD.toMillis()
                && nowNanos - permitsHeldNanos > Admission.MAX_HOLD.toNanos() / HOLDS_A_LAPSE;
        if (due) {
            permitsHeldNanos = nowNanos;
        }
        return due;
    }

    /** The number of the attempt that was started, from 1; 0 before. */
    int attempt() {
        return attempt;
    }

    /** Its worker is done with it. */
    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    void markGone() {
        gone = true;
    }

    /** Whether the store has said that the lease is gone, so that nobody waits for a result. */
    public boolean gone() {
        return gone;
    }

    @Override
    public String toString() {
        return "row " + lease.row() + " of job " + lease.job();
    }
}
