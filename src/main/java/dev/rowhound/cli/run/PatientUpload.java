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
 * One file's upload to a server that may be busy. Where a refusal says when to come again, the file is sent again then,
 * as the same job: the server takes it once, even if the first answer was lost.
 */
final class PatientUpload {
    private static final int MAX_TRIES = 20;

    /** How long all pauses may take together. */
    private static final Duration MAX_WAIT = Duration.ofMinutes(2);

    /** A job in one of these takes no file under its id. */
    private static final Set<String> USED_UP = Set.of("failed", "cancelled");

    private final ServerClient server;
    private final Terminal terminal;
    private final String id;
    private final Path file;
    private final Map<String, String> fields;
    // Touched by one try after the other.
    private int tries;
    private Duration waited = Duration.ZERO;

    /**
     * @param id the job's
     * @param fields the form's fields beside the file
     */
    PatientUpload(ServerClient server, Terminal terminal, String id, Path file, Map<String, String> fields) {
        this.server = server;
        this.terminal = terminal;
        this.id = id;
        this.file = file;
        this.fields = fields;
    }

    /**
     * Begins to send.
     *
     * @return as of {@link ServerClient#upload}, whose refusal is the last one
     * @throws FileNotFoundException if the file cannot be opened
     */
    CompletableFuture<JsonObject> send() throws FileNotFoundException {
        tries++;
        return server.upload(id, file, fields).exceptionallyComposeAsync(this::refused);
    }

    private CompletionStage<JsonObject> refused(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        Duration pause = cause instanceof ApiFailure refusal ? refusal.retryAfter() : null;
        if (pause == null || tries == MAX_TRIES || waited.plus(pause).compareTo(MAX_WAIT) > 0 || usedUp()) {
            return CompletableFuture.failedFuture(cause);
        }
        waited = waited.plus(pause);
        terminal.say("Sending the file again in " + pause.toSeconds() + " s: " + CommandFailure.sentence(cause));
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

    /** Whether the job has begun and ended with the refusal, as where the store was full in the middle of the file. */
    private boolean usedUp() {
        try {
            return USED_UP.contains(server.job(id).getString("state"));
        } catch (IOException | CommandFailure e) {
            // There is no such job, or nobody can say: the next try finds out.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
