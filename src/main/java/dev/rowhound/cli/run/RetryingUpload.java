package dev.rowhound.cli.run;

import dev.rowhound.cli.client.ApiFailure;
import dev.rowhound.cli.client.ServerClient;
import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.Terminal;
import io.vertx.core.json.JsonObject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Uploads a file to a server that may be busy. Where a refusal has a {@code Retry-After}, sends the file again as the
 * same job: the server accepts it once, even if the first response was lost.
 */
final class RetryingUpload {
    private static final int MAX_ATTEMPTS = 20;

    /** The limit of all pauses together. */
    private static final Duration MAX_WAIT = Duration.ofMinutes(2);

    /** The states in which a job accepts no file. */
    private static final Set<String> ENDED_STATES = Set.of("failed", "cancelled");

    private final ServerClient server;
    private final Terminal terminal;
    private final String id;
    private final Path file;
    private final Map<String, String> fields;
    // Accessed by one attempt at a time.
    private int attempts;
    private Duration waited = Duration.ZERO;

    /**
     * @param id the job's id
     * @param fields the form fields besides the file
     */
    RetryingUpload(ServerClient server, Terminal terminal, String id, Path file, Map<String, String> fields) {
        this.server = server;
        this.terminal = terminal;
        this.id = id;
        this.file = file;
        this.fields = fields;
    }

    /**
     * Starts the upload.
     *
     * @return the result of {@link ServerClient#upload} from the last attempt
     * @throws FileNotFoundException if the file cannot be opened
     */
    CompletableFuture<JsonObject> send() throws FileNotFoundException {
        attempts++;
        return server.upload(id, file, fields).exceptionallyComposeAsync(this::retryOrFail);
    }

    private CompletionStage<JsonObject> retryOrFail(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        Duration pause = cause instanceof ApiFailure refusal ? refusal.retryAfter() : null;
        if (pause == null || attempts == MAX_ATTEMPTS || waited.plus(pause).compareTo(MAX_WAIT) > 0 || hasEnded()) {
            return CompletableFuture.failedFuture(cause);
        }
        waited = waited.plus(pause);
        terminal.println("Sending the file again in " + pause.toSeconds() + " s: " + CommandFailure.sentence(cause));
        return CompletableFuture.supplyAsync(
                        () -> null, CompletableFuture.delayedExecutor(pause.toSeconds(), TimeUnit.SECONDS))
                .thenCompose(over -> sendAgain());
    }

    private CompletableFuture<JsonObject> sendAgain() {
        try {
            return send();
        } catch (FileNotFoundException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns whether the job has ended with the refusal, for example because the store was full. */
    private boolean hasEnded() {
        try {
            return ENDED_STATES.contains(server.job(id).getString("state"));
        } catch (IOException | CommandFailure e) {
            // Unknown; the next attempt finds out.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
