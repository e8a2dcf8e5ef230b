package dev.rowhound.fault;

import java.util.Map;

/**
 * What a run came to, when nothing was violated.
 *
 * @param scenario the fault's letter and setting
 * @param acknowledged completions that nodes were told to be counted
 * @param lost those of them that Redis had lost and whose items were run again
 * @param stale completions that came too late and changed nothing
 * @param again completions that were sent twice and counted once
 * @param workerLost attempts that lost their worker
 * @param resets how often a watcher was set back to a snapshot
 * @param looks how often a job was looked at while it ran
 * @param operations how often the driver's operations had each result, and each fault was caused
 */
record Report(
        String scenario,
        long seed,
        long millis,
        int jobs,
        int rows,
        int acknowledged,
        int lost,
        long stale,
        long again,
        int workerLost,
        int resets,
        int looks,
        Map<String, Integer> operations) {

    /** The head of the table that {@link #row} gives lines of. */
    static final String HEAD = """
            | fault | seed | s | jobs | rows | acknowledged | lost and run again | stale | sent again | workers lost | resets | looks | faults and operations |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            """;

    /** A line of a Markdown table. */
    String row() {
        String told = operations.toString();
        return "| " + scenario + " | " + seed + " | " + (millis + 500) / 1000 + " | " + jobs + " | " + rows + " | "
                + acknowledged + " | " + lost + " | " + stale + " | " + again + " | " + workerLost + " | " + resets
                + " | " + looks + " | " + told.substring(1, told.length() - 1) + " |\n";
    }
}
