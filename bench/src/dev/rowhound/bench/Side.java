package dev.rowhound.bench;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One of those who are compared, as a process that lives for the whole bench, so that each round finds it warm. It
 * reads a request a line and answers each with a line; it ends when its input does, which a bench that was killed sees
 * to as well.
 */
final class Side implements AutoCloseable {
    private static final int STOP_SECONDS = 10;

    private final String name;
    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;

    private Side(String name, Process process) {
        this.name = name;
        this.process = process;
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts it. What it says on standard error is passed on.
     *
     * @param folder where it runs
     */
    static Side start(String name, Path folder, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Side(name, process);
    }

    /**
     * Has it do something, and waits until it is done.
     *
     * @throws IOException if it cannot, with its own words
     */
    JsonObject call(JsonObject request) throws IOException {
        requests.write(request.encode() + "\n");
        requests.flush();
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(name + " ended while it was to " + request.encode());
        }
        JsonObject answer = new JsonObject(line);
        if (answer.containsKey("error")) {
            throw new IOException(name + " could not " + request.encode() + ": " + answer.getString("error"));
        }
        return answer;
    }

    /** How much processor time it has used, to 10 ms. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** What it uses, with whatever it has started. */
    ProcessTree tree() {
        return new ProcessTree(process.toHandle());
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
