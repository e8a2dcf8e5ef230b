package dev.rowhound.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads the CPU time and memory of a process and its descendants from Linux's {@code /proc}. */
record ProcessTree(ProcessHandle root) {
    /** The clock tick of {@code /proc}, which is the same on every Linux that runs Java. */
    private static final double TICKS_PER_SECOND = 100;

    /** The index of the user time in {@code stat}, counted from the field after the command's name. */
    private static final int USER_TIME = 11;

    /** The number of time fields: user and system time of the process and of its reaped children. */
    private static final int TIMES = 4;

    /** The CPU time in seconds, with a resolution of 10 ms; includes descendants that have ended. */
    double processorSeconds() throws IOException {
        double ticks = 0;
        for (ProcessHandle process : all()) {
            try {
                String stat = Files.readString(file(process, "stat"), StandardCharsets.UTF_8);
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                for (int i = USER_TIME; i < USER_TIME + TIMES; i++) {
                    ticks += Long.parseLong(fields[i]);
                }
            } catch (IOException e) {
                throwIfRoot(process, e);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** The resident memory in kilobytes; memory that processes share counts once. */
    double residentKilobytes() throws IOException {
        double kilobytes = 0;
        for (ProcessHandle process : all()) {
            try {
                for (String line : Files.readAllLines(file(process, "smaps_rollup"))) {
                    if (line.startsWith("Pss:")) {
                        kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
                    }
                }
            } catch (IOException e) {
                throwIfRoot(process, e);
            }
        }
        return kilobytes;
    }

    /** Ignores a descendant that has ended since it was listed, because it counts for its parent. */
    private void throwIfRoot(ProcessHandle process, IOException e) throws IOException {
        if (process.equals(root)) {
            throw e;
        }
    }

    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(root), root.descendants()).toList();
    }

    private static Path file(ProcessHandle process, String name) {
        return Path.of("/proc", String.valueOf(process.pid()), name);
    }
}
