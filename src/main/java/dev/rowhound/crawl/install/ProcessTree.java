package dev.rowhound.crawl.install;

import dev.rowhound.crawl.view.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process and its descendants. */
public final class ProcessTree {
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(3);

    /** Processes that are not children of this one can only be polled. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<ProcessHandle> members;

    private ProcessTree(List<ProcessHandle> members) {
        this.members = members;
    }

    /** Captures the current tree below {@code root}. */
    public static ProcessTree of(ProcessHandle root) {
        // Descendants are found through their parent, so they are listed before it dies.
        List<ProcessHandle> members = new ArrayList<>(root.descendants().toList());
        members.add(root);
        return new ProcessTree(members);
    }

    /** Kills all members, the root last, and waits a few seconds for their end. */
    public void kill() {
        members.forEach(ProcessHandle::destroyForcibly);
        Deadline deadline = Deadline.in(KILL_TIMEOUT.toMillis());
        while (members.stream().anyMatch(ProcessTree::isRunning) && !deadline.over()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        // The root is usually a child of this process, which reaps it at once.
        root().onExit()
                .completeOnTimeout(root(), deadline.leftMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private ProcessHandle root() {
        return members.get(members.size() - 1);
    }

    /** Returns whether the process still runs. A zombie, possibly never reaped, stays listed. */
    private static boolean isRunning(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            // "<pid> (<name>) <state> …": the name may contain any character.
            String stat = Files.readString(
                    Path.of("/proc", String.valueOf(process.pid()), "stat"), StandardCharsets.ISO_8859_1);
            return !stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return process.isAlive(); // the process has just ended, or the system has no /proc
        }
    }
}
