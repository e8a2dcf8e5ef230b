package dev.rowhound.cluster;

/**
 * Decides from probe times whether this node still receives event-bus messages. All times are monotonic, in
 * nanoseconds.
 */
final class BusHealth {
    /** For this many heartbeats a missing reply is tolerated: a peer that died may not have been noticed yet. */
    private static final int SILENT_HEARTBEATS = 2;

    /**
     * After a stall, a node that sees no peers is not trusted to be alone for this many heartbeats: the peers may have
     * removed it and will meet it again within that time.
     */
    private static final int DISTRUSTED_HEARTBEATS = 4;

    private final long heartbeat;
    private final long stallLimit;
    private long probedAt;
    private long heardAt;
    private long distrustedUntil;
    private boolean alone = true;
    private long probeNumber;
    private long firstValid;

    /**
     * Starts in the healthy state.
     *
     * @param heartbeat the time without a sign of life after which a member counts as dead
     */
    BusHealth(long heartbeat, long now) {
        this.heartbeat = heartbeat;
        // The peers count from this node's last sign of life, which may be older than the stall, hence half a
        // heartbeat.
        this.stallLimit = heartbeat / 2;
        this.probedAt = now;
        this.heardAt = now;
        this.distrustedUntil = now;
    }

    /**
     * Records that the node probes its peers, which it does ten times a heartbeat unless it stalls.
     *
     * @param others how many peers the node sees
     * @return the number of the probe
     */
    synchronized long onProbe(int others, long now) {
        probeNumber++;
        if (now - probedAt > stallLimit) {
            heardAt = now - (SILENT_HEARTBEATS + 1) * heartbeat;
            // Replies to earlier probes may still be in socket buffers, so they prove nothing.
            firstValid = probeNumber;
            if (!alone) {
                distrustedUntil = now + DISTRUSTED_HEARTBEATS * heartbeat;
            }
        } else if (alone && others > 0 && !distrusted(now)) {
            heardAt = now;
        }
        probedAt = now;
        alone = others == 0;
        return probeNumber;
    }

    /** Records a peer's reply to the probe of that number. */
    synchronized void onReply(long probe, long now) {
        if (probe >= firstValid) {
            heardAt = now;
            distrustedUntil = now;
        }
    }

    /**
     * Returns whether the node receives messages.
     *
     * @param others how many peers the node sees
     */
    synchronized boolean healthy(int others, long now) {
        if (now - probedAt > stallLimit) {
            return false;
        }
        return others == 0 ? !distrusted(now) : now - heardAt <= SILENT_HEARTBEATS * heartbeat;
    }

    private boolean distrusted(long now) {
        return distrustedUntil - now > 0;
    }
}
