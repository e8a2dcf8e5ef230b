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
 * How many files a node takes at once, over all its event loops, and how many of them from one client. One more waits a
 * little for its turn, in the order of coming, while its client is kept from sending; so a burst is taken one after the
 * other. Those of a client that has its share are passed by. Safe for use by several threads.
 */
public final class UploadGate {
    /** How many may wait for each that is let in. */
    private static final int MAX_WAITING_EACH = 32;

    private final int most;
    private final int mostOfClient;
    private final Duration patience;
    // Guarded by this. A client without an upload has no entry.
    private final Set<Place> waiting = new LinkedHashSet<>();
    private final Map<String, Integer> waitingOf = new HashMap<>();
    private final Map<String, Integer> runningOf = new HashMap<>();
    private int running;

    /**
     * Lets that many in.
     *
     * @param mostOfClient how many of them may be one client's
     * @param patience how long one more waits
     */
    public UploadGate(int most, int mostOfClient, Duration patience) {
        this.most = most;
        this.mostOfClient = Math.min(mostOfClient, most);
        this.patience = patience;
    }

    /** One upload's place, waited for or taken. */
    final class Place {
        private final String client;
        private final Promise<Void> turn = Promise.promise();
        private final Promise<Void> here = Promise.promise();
        // Guarded by the gate.
        private boolean taken;

        private Place(String client) {
            this.client = client;
        }

        /** Succeeds once the upload is let in; fails with 503 after the patience. Completes on the caller's context. */
        Future<Void> turn() {
            return here.future();
        }

        /** Waits no more, so that those behind it move up. Has no effect once the upload is let in. */
        void giveUp() {
            if (forget(this)) {
                turn.fail("the client is gone");
            }
        }

        /** Gives the place back, and lets the next one in; without effect if there is none to give back. */
        void leave() {
            Place next = free(this);
            if (next != null) {
                next.turn.complete();
            }
        }
    }

    /**
     * Asks for a place, which is to be {@linkplain Place#leave left} at the upload's end.
     *
     * @param client whose upload it is
     */
    Place enter(Vertx vertx, String client) {
        Place place = new Place(client);
        if (takeNow(place)) {
            place.here.complete();
            return place;
        }
        if (!queue(place)) {
            place.here.fail(busy());
            return place;
        }
        long timer = vertx.setTimer(patience.toMillis(), id -> {
            if (forget(place)) {
                place.turn.fail(busy());
            }
        });
        Context context = vertx.getOrCreateContext();
        place.turn
                .future()
                .onComplete(done -> context.runOnContext(back -> {
                    vertx.cancelTimer(timer);
                    place.here.handle(done);
                }));
        return place;
    }

    private synchronized boolean takeNow(Place place) {
        if (running == most || !hasRoom(place.client)) {
            return false;
        }
        take(place);
        return true;
    }

    private boolean hasRoom(String client) {
        return runningOf.getOrDefault(client, 0) < mostOfClient;
    }

    private void take(Place place) {
        running++;
        runningOf.merge(place.client, 1, Integer::sum);
        place.taken = true;
    }

    private synchronized boolean queue(Place place) {
        if (waiting.size() >= most * MAX_WAITING_EACH
                || waitingOf.getOrDefault(place.client, 0) >= mostOfClient * MAX_WAITING_EACH) {
            return false;
        }
        waiting.add(place);
        waitingOf.merge(place.client, 1, Integer::sum);
        return true;
    }

    private synchronized boolean forget(Place place) {
        boolean waited = waiting.remove(place);
        if (waited) {
            decrement(waitingOf, place.client);
        }
        return waited;
    }

    /** Frees a place and gives it to the first one in the queue whose client has room, which is returned. */
    private synchronized @Nullable Place free(Place place) {
        if (!place.taken) {
            return null;
        }
        place.taken = false;
        running--;
        decrement(runningOf, place.client);
        Place next =
                waiting.stream().filter(one -> hasRoom(one.client)).findFirst().orElse(null);
        if (next != null) {
            forget(next);
            take(next);
        }
        return next;
    }

    private static void decrement(Map<String, Integer> counts, String client) {
        counts.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
    }

    private Refusal busy() {
        return Refusal.of(
                "busy",
                "this node takes " + most + " uploads at present, " + mostOfClient
                        + " of them from one client; try again in a moment");
    }
}
