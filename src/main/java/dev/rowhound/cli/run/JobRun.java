package dev.rowhound.cli.run;

import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.client.ServerSentEvent;
import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.LiveLine;
import dev.rowhound.cli.console.Progress;
import dev.rowhound.cli.console.ProgressBar;
import dev.rowhound.cli.console.Terminal;
import dev.rowhound.job.event.EventType;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ExitCode;

/** Uploads a file to a server and shows the job's progress until its end. */
public final class JobRun {
    private static final long REDRAW_MILLIS = 100;
    private static final long PLAIN_LINE_MILLIS = 5_000;

    /** Within this time a small file is uploaded, and the job is known to the server. */
    private static final long SHORT_UPLOAD_MILLIS = 500;

    private final ServerClient server;
    private final Terminal terminal;

    /** The job's id, chosen by this client. */
    private final String id = UUID.randomUUID().toString();

    public JobRun(ServerClient server, Terminal terminal) {
        this.server = server;
        this.terminal = terminal;
    }

    public String id() {
        return id;
    }

    /**
     * Uploads the file, waits for the end of the job, however it ends, and returns its snapshot.
     *
     * @param fields the form fields besides the file
     * @throws CommandFailure if the server cannot be reached or refuses
     */
    public JsonObject run(Path file, Map<String, String> fields) throws InterruptedException {
        try {
            // Fails early if the recipe does not exist, before a big file is sent.
            server.recipe(fields.getOrDefault("recipe", ""));
            CompletableFuture<JsonObject> upload = new RetryingUpload(server, terminal, id, file, fields).send();
            ProgressTracker tracker = new ProgressTracker(System::nanoTime);
            boolean brief = ended(upload, SHORT_UPLOAD_MILLIS);
            String header = brief
                    ? header(server.job(id))
                            .map(sentence -> " (" + sentence + ")")
                            .orElse("")
                    : "";
            terminal.println("Looking up " + file + header + ": " + server.page(id));
            try (LiveLine display = new LiveLine(terminal, () -> line(tracker.progress()));
                    QuestionPrompt questions = new QuestionPrompt(server, terminal, id)) {
                display.start(REDRAW_MILLIS, PLAIN_LINE_MILLIS);
                if (!brief) {
                    terminal.println("The upload continues while the first rows are looked up");
                }
                watch(upload, tracker, questions);
                JsonObject last = server.job(id);
                if (!brief) {
                    header(last).ifPresent(sentence -> terminal.println("In " + file + " " + sentence));
                }
                tracker.update(counters(last), last.getLong("total"));
                return last;
            }
        } catch (FileNotFoundException e) {
            throw new CommandFailure(file + " cannot be opened: " + CommandFailure.sentence(e), ExitCode.USAGE);
        } catch (IOException e) {
            throw server.unreachable(e);
        }
    }

    private String line(Progress progress) {
        if (progress.counts().isEmpty()) {
            return "";
        }
        // The last column stays free: some terminals wrap as soon as it is filled.
        return terminal.interactive()
                ? ProgressBar.render(progress, terminal.columns() - 1, terminal.blocks())
                : ProgressBar.plain(progress);
    }

    /** Returns how the server treats the first line, so that the user can correct a wrong guess. */
    private static Optional<String> header(JsonObject job) {
        JsonObject header = job.getJsonObject("header");
        if (header == null || !header.getBoolean("detected", false)) {
            return Optional.empty();
        }
        return Optional.of(
                header.getBoolean("present", false)
                        ? "the first line is used as the header, \"" + job.getString("column")
                                + "\"; use --header no if it is a row"
                        : "the first line is used as a row; use --header yes if it is the header");
    }

    private void watch(CompletableFuture<JsonObject> upload, ProgressTracker tracker, QuestionPrompt questions)
            throws InterruptedException {
        JobWatch.EventListener listener = new JobWatch.EventListener() {
            private boolean paused;

            @Override
            public void event(ServerSentEvent event) {
                JsonObject data = parsed(event);
                // A snapshot has the total next to the counters, an event has it among them.
                Long total = event.type().equals("reset")
                        ? data.getLong("total")
                        : counters(data).getLong("total");
                tracker.update(counters(data), total);
                questions.event(event.type(), data);
                if (event.type().equals("reset")) {
                    paused = "paused".equals(data.getString("state"));
                } else if (EventType.of(event.type()) == EventType.JOB_PAUSED) {
                    paused = true;
                } else if (EventType.of(event.type()) == EventType.JOB_RESUMED) {
                    paused = false;
                }
                if (paused) {
                    tracker.note("paused");
                }
            }

            @Override
            public void reconnecting() {
                tracker.note("connection lost, reconnecting");
            }
        };
        new JobWatch(server, id, JobWatch.ReconnectPolicy.DEFAULT, listener).follow(() -> {
            try {
                return !ended(upload, 0);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        });
    }

    /** Returns whether the upload has succeeded within that time. */
    private boolean ended(CompletableFuture<JsonObject> upload, long millis) throws InterruptedException {
        try {
            upload.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CommandFailure failure) {
                throw failure;
            }
            throw uploadFailure(e.getCause());
        }
    }

    /** Creates the failure of an interrupted upload, with the server's reason if available. */
    private CommandFailure uploadFailure(@Nullable Throwable cause) throws InterruptedException {
        String why = cause == null ? "the connection was lost" : CommandFailure.sentence(cause);
        try {
            JsonObject reason = server.job(id).getJsonObject("reason");
            if (reason != null) {
                why = reason.getString("message", why);
            }
        } catch (IOException | CommandFailure e) {
            // The server is gone or has no such job; report the connection's error only.
        }
        return new CommandFailure("the upload to " + server.base() + " was interrupted: " + why);
    }

    private static JsonObject parsed(ServerSentEvent event) {
        try {
            return new JsonObject(event.data());
        } catch (DecodeException e) {
            throw new CommandFailure("the server sent an event that is not JSON: " + event.data());
        }
    }

    private static JsonObject counters(JsonObject eventOrSnapshot) {
        return eventOrSnapshot.getJsonObject("counters", new JsonObject());
    }
}
