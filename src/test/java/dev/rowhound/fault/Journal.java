package dev.rowhound.fault;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What the driver did and what came of it: a JSON object a line, with the time in milliseconds. */
final class Journal implements AutoCloseable {
    /** What is known of an operation that was asked for. */
    enum Result {
        /** It was done. */
        OK,
        /** It was refused, and changed nothing. */
        FAILED,
        /** No answer came, so it may have been done. */
        UNKNOWN
    }

    private final PrintStream out;
    private final Map<String, Integer> counts = new TreeMap<>();

    Journal(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        out = new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8);
    }

    /** An operation that began at that time. */
    synchronized void operation(long began, String name, String subject, Result result, String detail) {
        counts.merge(name + " " + result.name().toLowerCase(java.util.Locale.ROOT), 1, Integer::sum);
        line(new JsonObject()
                .put("began", began)
                .put("ended", System.currentTimeMillis())
                .put("operation", name)
                .put("subject", subject)
                .put("result", result.name().toLowerCase(java.util.Locale.ROOT))
                .put("detail", detail));
    }

    /** A fault that was caused. */
    synchronized void fault(String name, String detail) {
        counts.merge("fault: " + name, 1, Integer::sum);
        line(new JsonObject()
                .put("at", System.currentTimeMillis())
                .put("fault", name)
                .put("detail", detail));
    }

    /** Something that must not be. */
    synchronized void violation(String text) {
        line(new JsonObject().put("at", System.currentTimeMillis()).put("violation", text));
    }

    /** How often each operation had each result, and each fault was caused. */
    synchronized Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }

    private void line(JsonObject json) {
        out.println(json.encode());
    }

    @Override
    public synchronized void close() {
        out.close();
    }
}
