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
 * A side of a comparison: a process that runs for the whole benchmark, so that each round finds it warm. It reads one
 * request per line and writes one response per line. It exits at the end of its input, also if the benchmark is killed.
 */
final class Side implements AutoCloseable {
    private static final int STOP_SECONDS = 10;

    private final String name;
    private final Process process;
    private final Writer requests;
    private final BufferedReader responses;

    private Side(String name, Process process) {
        this.name = name;
        this.process = process;
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        this.responses = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts the process and forwards its standard error.
     *
     * @param folder the working directory
     */
    static Side start(String name, Path folder, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Side(name, process);
    }

    /**
     * Sends a request and waits for the response.
     *
     * @throws IOException with the message of an error response
     */
    JsonObject call(JsonObject request) throws IOException {
        requests.write(request.encode() + "\n");
        requests.flush();
        String line = responses.readLine();
        if (line == null) {
            throw new IOException(name + " ended while it was to " + request.encode());
        }
        JsonObject response = new JsonObject(line);
        if (response.containsKey("error")) {
            throw new IOException(name + " could not " + request.encode() + ": " + response.getString("error"));
        }
        return response;
    }

    /** The CPU time of the process, with a resolution of 10 ms. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The process and its descendants. */
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
