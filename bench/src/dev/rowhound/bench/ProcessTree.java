package dev.rowhound.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a process and its descendants use, as Linux tells it. */
record ProcessTree(ProcessHandle root) {
    /** The clock tick of {@code /proc}, the same on every Linux that runs Java. */
    private static final double TICKS_A_SECOND = 100;

    /** Where the times of user and system stand behind the command's name in {@code stat}. */
    private static final int USER_TIME = 11;

    /** User and system, of the process itself and of its children that it has seen end. */
    private static final int TIMES = 4;

    /** How much processor time it has used, in seconds, to 10 ms, with what those of its processes used that ended. */
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
        return ticks / TICKS_A_SECOND;
    }

    /** How much memory it has resident, in kilobytes; what processes share is counted once. */
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

    /** A browser's processes come and go; one that has gone since it was listed counts with its parent. */
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
