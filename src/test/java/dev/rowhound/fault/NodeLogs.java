package dev.rowhound.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the nodes themselves know of a run, from the traces in their logs: each attempt before it begins, and each
 * answer to the end of one.
 *
 * @param completions the answers
 * @param attempts by job and row, how often the crawler was asked
 */
record NodeLogs(List<Completion> completions, Map<String, Integer> attempts) {
    private static final Pattern COMPLETION =
            Pattern.compile("\\S+ TRACE Leases - (\\S+) (\\d+) (\\S+) (end|retry|release) (OK|AGAIN|STALE)");
    private static final Pattern ATTEMPT = Pattern.compile("\\S+ TRACE FakeProcessor - (\\S+) (\\d+) (\\S+)");

    /** An answer to the end of an attempt. */
    record Completion(String node, String job, int row, String token, String kind, String outcome) {
        /** Whether a node knows for certain that this result is counted. */
        boolean acknowledgedEnd() {
            return kind.equals("end") && !outcome.equals("STALE");
        }
    }

    /** Reads what concerns these jobs. */
    static NodeLogs read(Cluster cluster, Set<String> jobs) throws IOException {
        NodeLogs logs = new NodeLogs(new ArrayList<>(), new HashMap<>());
        for (NodeProcess node : cluster.nodes()) {
            for (Path log : node.logs()) {
                // The last line of a killed node may be cut off, in the middle of a character too.
                for (String line :
                        Files.readString(log, StandardCharsets.ISO_8859_1).split("\n")) {
                    logs.take(node.name(), line, jobs);
                }
            }
        }
        return logs;
    }

    private void take(String node, String line, Set<String> jobs) {
        Matcher completion = COMPLETION.matcher(line);
        if (completion.matches()) {
            if (jobs.contains(completion.group(1))) {
                completions.add(new Completion(
                        node,
                        completion.group(1),
                        Integer.parseInt(completion.group(2)),
                        completion.group(3),
                        completion.group(4),
                        completion.group(5)));
            }
            return;
        }
        Matcher attempt = ATTEMPT.matcher(line);
        if (attempt.matches() && jobs.contains(attempt.group(1))) {
            attempts.merge(attempt.group(1) + " " + attempt.group(2), 1, Integer::sum);
        }
    }

    /** How often the crawler was asked for a row. */
    int attempts(String job, int row) {
        return attempts.getOrDefault(job + " " + row, 0);
    }

    long count(String outcome) {
        return completions.stream()
                .filter(each -> each.outcome().equals(outcome))
                .count();
    }

    long count(String node, String outcome) {
        return completions.stream()
                .filter(each -> each.node().equals(node) && each.outcome().equals(outcome))
                .count();
    }
}
