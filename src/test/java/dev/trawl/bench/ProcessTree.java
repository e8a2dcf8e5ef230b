package dev.trawl.bench;

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

    /** How much processor time it has used, in seconds, to 10 ms. */
    double processorSeconds() throws IOException {
        double ticks = 0;
        for (ProcessHandle process : all()) {
            String stat = Files.readString(file(process, "stat"), StandardCharsets.UTF_8);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks += Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1]);
        }
        return ticks / TICKS_A_SECOND;
    }

    /** How much memory it has resident, in kilobytes; what processes share is counted once. */
    double residentKilobytes() throws IOException {
        double kilobytes = 0;
        for (ProcessHandle process : all()) {
            for (String line : Files.readAllLines(file(process, "smaps_rollup"))) {
                if (line.startsWith("Pss:")) {
                    kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        }
        return kilobytes;
    }

    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(root), root.descendants()).toList();
    }

    private static Path file(ProcessHandle process, String name) {
        return Path.of("/proc", String.valueOf(process.pid()), name);
    }
}
