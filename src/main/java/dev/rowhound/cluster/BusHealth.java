package dev.rowhound.cluster;

/**
 * What a node may believe of its own hearing, from the times at which it asked and was answered. All times are
 * monotonic, in nanoseconds.
 */
final class BusHearing {
    /** For how many heartbeats no answer need come: those who would give it may have gone unnoticed. */
    private static final int SILENT_HEARTBEATS = 2;

    /**
     * For how many heartbeats a node that stood still is not believed to be alone: the others may have taken it for
     * gone, and it meets them again within that time.
     */
    private static final int DOUBTED_HEARTBEATS = 4;

    private final long heartbeat;
    private final long standstill;
    private long asked;
    private long heard;
    private long doubtedUntil;
    private boolean alone = true;
    private long number;
    private long firstValid;

    /**
     * Begins; what is not known yet counts as well.
     *
     * @param heartbeat after how long without a sign of life a member counts as gone
     */
    BusHearing(long heartbeat, long now) {
        this.heartbeat = heartbeat;
        // The others count from the last sign of life that they had, which may be older than the standstill.
        this.standstill = heartbeat / 2;
        this.asked = now;
        this.heard = now;
        this.doubtedUntil = now;
    }

    /**
     * The node asks the others, as it does ten times a heartbeat unless it stands still.
     *
     * @param others how many it believes there are
     * @return the question's number
     */
    synchronized long asks(int others, long now) {
        number++;
        if (now - asked > standstill) {
            heard = now - (SILENT_HEARTBEATS + 1) * heartbeat;
            // Answers to what was asked before lie in the connections' buffers.
            firstValid = number;
            if (!alone) {
                doubtedUntil = now + DOUBTED_HEARTBEATS * heartbeat;
            }
        } else if (alone && others > 0 && !doubted(now)) {
            heard = now;
        }
        asked = now;
        alone = others == 0;
        return number;
    }

    /** Another node has answered the question of that number. */
    synchronized void hears(long question, long now) {
        if (question >= firstValid) {
            heard = now;
            doubtedUntil = now;
        }
    }

    /**
     * Whether the node hears what is sent to it.
     *
     * @param others how many other nodes it believes there are
     */
    synchronized boolean well(int others, long now) {
        if (now - asked > standstill) {
            return false;
        }
        return others == 0 ? !doubted(now) : now - heard <= SILENT_HEARTBEATS * heartbeat;
    }

    private boolean doubted(long now) {
        return doubtedUntil - now > 0;
    }
}
