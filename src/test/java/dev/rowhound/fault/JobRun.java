package dev.rowhound.fault;

import java.util.List;

/** A job of a run: what was uploaded, and what was wished for it since. */
final class JobRun {
    private final String id;
    private final Sheet sheet;
    private final List<EventWatcher> watchers;
    private volatile boolean cancelWished;
    private volatile boolean cancelled;
    private volatile boolean retried;

    JobRun(String id, Sheet sheet, List<EventWatcher> watchers) {
        this.id = id;
        this.sheet = sheet;
        this.watchers = watchers;
    }

    String id() {
        return id;
    }

    Sheet sheet() {
        return sheet;
    }

    List<EventWatcher> watchers() {
        return watchers;
    }

    /** Somebody has asked to cancel it, whatever came of that. */
    void wishCancel() {
        cancelWished = true;
    }

    boolean cancelWished() {
        return cancelWished;
    }

    /** A cancel was acknowledged. */
    void markCancelled() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    /** Its failures were asked for once more. */
    void markRetried() {
        retried = true;
    }

    boolean retried() {
        return retried;
    }
}
