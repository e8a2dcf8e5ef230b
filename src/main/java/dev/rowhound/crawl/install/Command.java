package dev.rowhound.crawl.install;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a program within a time limit and logs its output. */
final class Command {
    private static final Logger LOG = LoggerFactory.getLogger(Command.class);
    private static final int MAX_OUTPUT_LINES = 5;

    /**
     * The result of a program.
     *
     * @param exit the exit code; not 0 for a program that could not be started or exceeded the limit
     * @param output the last lines of its output, joined by spaces
     */
    record Result(int exit, String output) {
        boolean ok() {
            return exit == 0;
        }
    }

    private Command() {}

    /** Runs the program with additional environment variables; an empty value unsets a variable. */
    static Result run(List<String> command, Map<String, String> environment, Duration limit) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        }
        Executor limitExecutor = CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                () -> ProcessTree.of(process.toHandle()).kill(), limitExecutor);
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                LOG.debug("{}: {}", command.get(0), line);
                if (!line.isBlank()) {
                    last.addLast(line.strip());
                }
                if (last.size() > MAX_OUTPUT_LINES) {
                    last.removeFirst();
                }
            }
            return new Result(process.waitFor(), String.join(" ", last));
        } catch (IOException e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            ProcessTree.of(process.toHandle()).kill();
            Thread.currentThread().interrupt();
            return new Result(-1, "interrupted");
        } finally {
            watchdog.cancel(false);
        }
    }
}
