package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.crawl.view.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The processes below this one that were started after this was made. */
final class StartedProcesses {
    /** What the browser's own process alone is called with. */
    static final String BROWSER = "--remote-debugging-pipe";

    /** What the processes that show pages are called with. */
    static final String PAGES = "--type=renderer";

    /** What the driver is called with. */
    static final String DRIVER = "run-driver";

    private static final int SOON_MILLIS = 15_000;

    private final Set<ProcessHandle> before = descendants();

    /** Those that run. */
    Set<ProcessHandle> all() {
        return descendants().stream()
                .filter(Predicate.not(before::contains))
                .filter(ProcessHandle::isAlive)
                .collect(Collectors.toSet());
    }

    /** Those that run and whose arguments hold that one, {@link #BROWSER} for example. */
    Set<ProcessHandle> having(String argument) {
        return all().stream()
                .filter(process -> arguments(process).contains(argument)
                        && (argument.startsWith("--type") || !arguments(process).contains("--type=")))
                .collect(Collectors.toSet());
    }

    /** Ends them as kill -9 does; there must be some. */
    void kill(String argument) {
        kill(having(argument));
    }

    /** Ends them as kill -9 does, and waits until they are gone. */
    static void kill(Set<ProcessHandle> victims) {
        assertThat(victims).isNotEmpty();
        victims.forEach(ProcessHandle::destroyForcibly);
        await(() -> victims.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static Set<ProcessHandle> descendants() {
        return ProcessHandle.current().descendants().collect(Collectors.toSet());
    }

    /** Chromium rewrites its renderers' arguments in a way that only the raw file still shows. */
    static String arguments(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    /** Waits until the condition holds, and fails if that takes too long. */
    static void await(BooleanSupplier condition) {
        Deadline soon = Deadline.in(SOON_MILLIS);
        while (!condition.getAsBoolean()) {
            assertThat(soon.over()).as("what is waited for does not come").isFalse();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
