package dev.rowhound.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The processes below another as they were at one moment, to find out what became of them. */
final class Family {
    private final List<ProcessHandle> members;
    private final List<String> commands;

    private Family(List<ProcessHandle> members) {
        this.members = members;
        this.commands = members.stream().map(Family::commandLine).toList();
    }

    /** All descendants; the root itself is none of them. */
    static Family of(ProcessHandle root) {
        return new Family(root.descendants().toList());
    }

    /** The command line of each when it was listed. */
    List<String> commands() {
        return commands;
    }

    /** Ends all of them by force at once. */
    void kill() {
        members.forEach(ProcessHandle::destroyForcibly);
    }

    boolean isGone() {
        return members.stream().noneMatch(Family::runs);
    }

    /** Those that still run, for a failure's message. */
    String survivors() {
        return members.stream()
                .filter(Family::runs)
                .map(member -> member.pid() + " " + commandLine(member))
                .collect(Collectors.joining("\n"));
    }

    /** A dead process stays listed until its parent, or the process that adopts it, has collected it. */
    private static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            // "pid (name) state ...", and the name may hold anything.
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return process.isAlive() && !Files.isDirectory(Path.of("/proc/self"));
        }
    }

    private static String commandLine(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }
}
