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
 * How much memory a process holds that it shares with no file and no other process, as Linux tells it.
 *
 * @param pid its id
 * @param megabytes how much
 */
record ProcessMemory(long pid, long megabytes) {
    private static final Path PROC = Path.of("/proc");
    private static final int PAGE_BYTES = 4096;

    /** That process and all below it; none on other systems. */
    static List<ProcessMemory> below(long root) {
        List<ProcessMemory> found = new ArrayList<>();
        Deque<Long> left = new ArrayDeque<>(List.of(root));
        while (!left.isEmpty()) {
            long pid = left.remove();
            try {
                found.add(of(pid));
                left.addAll(children(pid));
            } catch (IOException | RuntimeException e) {
                // It has ended, or the system has no such files.
            }
        }
        return found;
    }

    /**
     * That process, for a fortieth of what it costs to ask for all.
     *
     * @throws IOException if it has ended, or the system has no such files
     */
    static ProcessMemory of(long pid) throws IOException {
        String[] pages = text(pid, "statm").split(" ");
        long own = Long.parseLong(pages[1]) - Long.parseLong(pages[2]);
        return new ProcessMemory(pid, own * PAGE_BYTES >> 20);
    }

    /** Each thread has its own list of those that it has started. */
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

    /** Whether it shows a page. */
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
