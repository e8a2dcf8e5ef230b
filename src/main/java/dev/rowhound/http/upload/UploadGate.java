package dev.rowhound.http.upload;

import dev.rowhound.app.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Limits concurrent uploads on a node, over all event loops, in total and per client. Further uploads wait in arrival
 * order for a limited time while reading from their clients is paused, so that bursts are processed one after another.
 * A waiting upload is skipped while its client is at its limit. Thread-safe.
 */
public final class UploadGate {
    /** Maximum number of waiting uploads for each concurrent upload. */
    private static final int MAX_WAITING_PER_SLOT = 32;

    private final int maxUploads;
    private final int maxPerClient;
    private final Duration maxWait;
    // Guarded by this. Clients without uploads have no entry.
    private final Set<Ticket> waiting = new LinkedHashSet<>();
    private final Map<String, Integer> waitingByClient = new HashMap<>();
    private final Map<String, Integer> runningByClient = new HashMap<>();
    private int running;

    /**
     * Creates a gate.
     *
     * @param maxUploads maximum number of concurrent uploads
     * @param maxPerClient maximum number of them from one client
     * @param maxWait maximum time that an upload waits
     */
    public UploadGate(int maxUploads, int maxPerClient, Duration maxWait) {
        this.maxUploads = maxUploads;
        this.maxPerClient = Math.min(maxPerClient, maxUploads);
        this.maxWait = maxWait;
    }

    /** A waiting or admitted upload. */
    final class Ticket {
        private final String client;
        private final Promise<Void> admission = Promise.promise();
        private final Promise<Void> result = Promise.promise();
        // Guarded by the gate.
        private boolean admitted;

        private Ticket(String client) {
            this.client = client;
        }

        /**
         * Succeeds when the upload is admitted; fails with 503 if the queue is full or the wait is too long. Completes
         * on the caller's context.
         */
        Future<Void> admitted() {
            return result.future();
        }

        /** Leaves the queue. Has no effect once the upload is admitted. */
        void cancel() {
            if (dequeue(this)) {
                admission.fail("the client has disconnected");
            }
        }

        /** Ends an admitted upload and admits the next one. Has no effect otherwise. */
        void end() {
            Ticket next = release(this);
            if (next != null) {
                next.admission.complete();
            }
        }
    }

    /**
     * Queues an upload; the caller must call {@link Ticket#end} when the upload ends.
     *
     * @param client the client address
     */
    Ticket request(Vertx vertx, String client) {
        Ticket ticket = new Ticket(client);
        if (tryAdmit(ticket)) {
            ticket.result.complete();
            return ticket;
        }
        if (!queue(ticket)) {
            ticket.result.fail(busy());
            return ticket;
        }
        long timer = vertx.setTimer(maxWait.toMillis(), id -> {
            if (dequeue(ticket)) {
                ticket.admission.fail(busy());
            }
        });
        Context context = vertx.getOrCreateContext();
        ticket.admission
                .future()
                .onComplete(done -> context.runOnContext(run -> {
                    vertx.cancelTimer(timer);
                    ticket.result.handle(done);
                }));
        return ticket;
    }

    private synchronized boolean tryAdmit(Ticket ticket) {
        if (running == maxUploads || !hasRoom(ticket.client)) {
            return false;
        }
        admit(ticket);
        return true;
    }

    private boolean hasRoom(String client) {
        return runningByClient.getOrDefault(client, 0) < maxPerClient;
    }

    private void admit(Ticket ticket) {
        running++;
        runningByClient.merge(ticket.client, 1, Integer::sum);
        ticket.admitted = true;
    }

    private synchronized boolean queue(Ticket ticket) {
        if (waiting.size() >= maxUploads * MAX_WAITING_PER_SLOT
                || waitingByClient.getOrDefault(ticket.client, 0) >= maxPerClient * MAX_WAITING_PER_SLOT) {
            return false;
        }
        waiting.add(ticket);
        waitingByClient.merge(ticket.client, 1, Integer::sum);
        return true;
    }

    private synchronized boolean dequeue(Ticket ticket) {
        boolean waited = waiting.remove(ticket);
        if (waited) {
            decrement(waitingByClient, ticket.client);
        }
        return waited;
    }

    /**
     * Frees the ticket and gives it to the first waiting upload whose client is below its limit; returns that upload or
     * null.
     */
    private synchronized @Nullable Ticket release(Ticket ticket) {
        if (!ticket.admitted) {
            return null;
        }
        ticket.admitted = false;
        running--;
        decrement(runningByClient, ticket.client);
        Ticket next = waiting.stream()
                .filter(candidate -> hasRoom(candidate.client))
                .findFirst()
                .orElse(null);
        if (next != null) {
            dequeue(next);
            admit(next);
        }
        return next;
    }

    private static void decrement(Map<String, Integer> counts, String client) {
        counts.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }

    private Refusal busy() {
        return Refusal.of(
                "busy",
                "this node accepts " + maxUploads + " concurrent uploads, " + maxPerClient
                        + " of them from one client; try again in a moment");
    }
}
