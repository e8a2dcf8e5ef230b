package dev.rowhound.crawl.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The memory of a process that it shares with no file or other process, from Linux's {@code /proc}.
 *
 * @param pid the process id
 * @param megabytes the unshared memory
 */
record ProcessMemory(long pid, long megabytes) {
    private static final Path PROC = Path.of("/proc");
    private static final int PAGE_BYTES = 4096;

    /** Returns the process and all its descendants; an empty list on other systems. */
    static List<ProcessMemory> below(long root) {
        List<ProcessMemory> found = new ArrayList<>();
        Deque<Long> pending = new ArrayDeque<>(List.of(root));
        while (!pending.isEmpty()) {
            long pid = pending.remove();
            try {
                found.add(of(pid));
                pending.addAll(children(pid));
            } catch (IOException | RuntimeException e) {
                // The process has ended, or the system has no /proc.
            }
        }
        return found;
    }

    /**
     * Reads one process, for a fortieth of the cost of {@link #below}.
     *
     * @throws IOException if it has ended, or the system has no {@code /proc}
     */
    static ProcessMemory of(long pid) throws IOException {
        String[] pages = text(pid, "statm").split(" ");
        long own = Long.parseLong(pages[1]) - Long.parseLong(pages[2]);
        return new ProcessMemory(pid, own * PAGE_BYTES >> 20);
    }

    /** Each thread lists the processes that it has started. */
    private static List<Long> children(long pid) throws IOException {
        List<Long> children = new ArrayList<>();
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(PROC.resolve(String.valueOf(pid)).resolve("task"))) {
            for (Path thread : threads) {
                for (String child : started(thread).split(" ")) {
                    if (!child.isEmpty()) {
                        children.add(Long.parseLong(child));
                    }
                }
            }
        }
        return children;
    }

    private static String started(Path thread) {
        try {
            return Files.readString(thread.resolve("children"), StandardCharsets.ISO_8859_1)
                    .strip();
        } catch (IOException e) {
            return ""; // the thread has ended
        }
    }

    boolean isRenderer() {
        try {
            return text(pid, "cmdline").contains("--type=renderer");
        } catch (IOException e) {
            return false;
        }
    }

    private static String text(long pid, String file) throws IOException {
        return Files.readString(PROC.resolve(String.valueOf(pid)).resolve(file), StandardCharsets.ISO_8859_1);
    }
}
