package dev.rowhound.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a node's process keeps in memory. */
final class NodeHeap {
    /** The last line of a histogram: how many objects, how many bytes. */
    private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)");

    private NodeHeap() {}

    /** How many bytes its living objects take, while it goes on. */
    static long used(NodeProcess node) throws IOException, InterruptedException {
        // Counted in the pause of a full collection, so that what a busy node throws away is not.
        String told = jcmd(node, "GC.class_histogram");
        Matcher total = TOTAL.matcher(told);
        if (!total.find()) {
            throw new IOException("the histogram of " + node.name() + " has no total");
        }
        return Long.parseLong(total.group(1));
    }

    private static String jcmd(NodeProcess node, String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(node.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String told = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + told);
        }
        return told;
    }
}
