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

/** An item with its lease and permits. Thread-safe. */
public final class LeasedItem {
    /** How often permits are extended within the time after which they expire. */
    private static final int EXTENSIONS_PER_HOLD = 3;

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
    private volatile @Nullable String question;

    /**
     * @param leasedNanos the monotonic time before the claim; the lease starts then or later
     * @param permits the permits to return at the end
     * @param place the permit to ask a person, to be closed at the end; null if the item is not known to ask
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

    public Lease lease() {
        return lease;
    }

    /** The monotonic time before the claim; the lease starts then or later. */
    public long leasedNanos() {
        return leasedNanos;
    }

    public Work work() {
        return spec.work();
    }

    public WorkPolicy policy() {
        return spec.policy();
    }

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

    /** The permit to ask a person, or null if the item is not known to ask. */
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

    /** Whether the permits must be extended now; if so, records the extension. Called at each renewal. */
    boolean extendsPermits(long nowNanos) {
        boolean due = policy().itemMillis() > Admission.MAX_HOLD.toMillis()
                && nowNanos - permitsHeldNanos > Admission.MAX_HOLD.toNanos() / EXTENSIONS_PER_HOLD;
        if (due) {
            permitsHeldNanos = nowNanos;
        }
        return due;
    }

    /** The number of the started attempt, from 1; 0 before the start. */
    int attempt() {
        return attempt;
    }

    /** Records the id of the question that the item has asked last. */
    void asked(String id) {
        question = id;
    }

    boolean hasAsked(String id) {
        return id.equals(question);
    }

    /** Marks the item as ended by its worker. */
    void end() {
        ended = true;
    }

    boolean ended() {
        return ended;
    }

    void markGone() {
        gone = true;
    }

    /** Whether the store has reported the lease as lost, so that it would reject a result. */
    public boolean gone() {
        return gone;
    }

    @Override
    public String toString() {
        return "row " + lease.row() + " of job " + lease.job();
    }
}
