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

/** A process with all that it started. */
public final class ProcessTree {
    private static final Duration DEATH = Duration.ofSeconds(3);

    /** Processes of other parents than this one can only be looked at again and again. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<ProcessHandle> members;

    private ProcessTree(List<ProcessHandle> members) {
        this.members = members;
    }

    /** The tree below {@code root} as it is at this moment. */
    public static ProcessTree of(ProcessHandle root) {
        // Descendants are found by their parent, which a dead root no longer is: so they are listed before it is ended.
        List<ProcessHandle> members = new ArrayList<>(root.descendants().toList());
        members.add(root);
        return new ProcessTree(members);
    }

    /** Ends every member by force, the root last, and waits a few seconds until they are gone. */
    public void kill() {
        members.forEach(ProcessHandle::destroyForcibly);
        Deadline deadline = Deadline.in(DEATH.toMillis());
        while (members.stream().anyMatch(ProcessTree::runs) && !deadline.over()) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        // The root is mostly a child of this process, which collects it at once.
        root().onExit()
                .completeOnTimeout(root(), deadline.leftMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private ProcessHandle root() {
        return members.get(members.size() - 1);
    }

    /** Whether it can still do anything. One that waits only to be collected, maybe for ever, stays listed. */
    private static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            // "<pid> (<name>) <state> …": the name may hold anything.
            String stat = Files.readString(
                    Path.of("/proc", String.valueOf(process.pid()), "stat"), StandardCharsets.ISO_8859_1);
            return !stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return process.isAlive(); // it has just gone, or the system has no such files
        }
    }
}
