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
    private final Set<Place> waiting = new LinkedHashSet<>();
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
    final class Place {
        private final String client;
        private final Promise<Void> admission = Promise.promise();
        private final Promise<Void> result = Promise.promise();
        // Guarded by the gate.
        private boolean admitted;

        private Place(String client) {
            this.client = client;
        }

        /**
         * Succeeds when the upload is admitted; fails with 503 if the queue is full or the wait is too long. Completes
         * on the caller's context.
         */
        Future<Void> turn() {
            return result.future();
        }

        /** Leaves the queue. Has no effect once the upload is admitted. */
        void giveUp() {
            if (dequeue(this)) {
                admission.fail("the client is gone");
            }
        }

        /** Ends an admitted upload and admits the next one. Has no effect otherwise. */
        void leave() {
            Place next = release(this);
            if (next != null) {
                next.admission.complete();
            }
        }
    }

    /**
     * Queues an upload; the caller must call {@link Place#leave} when the upload ends.
     *
     * @param client the client address
     */
    Place enter(Vertx vertx, String client) {
        Place place = new Place(client);
        if (tryAdmit(place)) {
            place.result.complete();
            return place;
        }
        if (!queue(place)) {
            place.result.fail(busy());
            return place;
        }
        long timer = vertx.setTimer(maxWait.toMillis(), id -> {
            if (dequeue(place)) {
                place.admission.fail(busy());
            }
        });
        Context context = vertx.getOrCreateContext();
        place.admission
                .future()
                .onComplete(done -> context.runOnContext(run -> {
                    vertx.cancelTimer(timer);
                    place.result.handle(done);
                }));
        return place;
    }

    private synchronized boolean tryAdmit(Place place) {
        if (running == maxUploads || !hasRoom(place.client)) {
            return false;
        }
        admit(place);
        return true;
    }

    private boolean hasRoom(String client) {
        return runningByClient.getOrDefault(client, 0) < maxPerClient;
    }

    private void admit(Place place) {
        running++;
        runningByClient.merge(place.client, 1, Integer::sum);
        place.admitted = true;
    }

    private synchronized boolean queue(Place place) {
        if (waiting.size() >= maxUploads * MAX_WAITING_PER_SLOT
                || waitingByClient.getOrDefault(place.client, 0) >= maxPerClient * MAX_WAITING_PER_SLOT) {
            return false;
        }
        waiting.add(place);
        waitingByClient.merge(place.client, 1, Integer::sum);
        return true;
    }

    private synchronized boolean dequeue(Place place) {
        boolean waited = waiting.remove(place);
        if (waited) {
            decrement(waitingByClient, place.client);
        }
        return waited;
    }

    /**
     * Frees the place and gives it to the first waiting upload whose client is below its limit; returns that upload or
     * null.
     */
    private synchronized @Nullable Place release(Place place) {
        if (!place.admitted) {
            return null;
        }
        place.admitted = false;
        running--;
        decrement(runningByClient, place.client);
        Place next = waiting.stream()
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
                "this node takes " + maxUploads + " uploads at present, " + maxPerClient
                        + " of them from one client; try again in a moment");
    }
}
