package dev.trawl.crawl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A process with all that it started. */
final class ProcessTree {
    private static final Duration DEATH = Duration.ofSeconds(3);

    private final List<ProcessHandle> members;

    private ProcessTree(List<ProcessHandle> members) {
        this.members = members;
    }

    /** The tree below {@code root} as it is at this moment. */
    static ProcessTree of(ProcessHandle root) {
        // Descendants are found by their parent, which a dead root no longer is: so they are listed before it is ended.
        List<ProcessHandle> members = new ArrayList<>(root.descendants().toList());
        members.add(root);
        return new ProcessTree(members);
    }

    /** Ends every member by force, the root last, and waits a few seconds until they are gone. */
    void kill() {
        members.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture<?>[] ends =
                members.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        // A process that has no one to collect it stays listed for ever; it does no harm, so the wait has an end.
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, DEATH.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
