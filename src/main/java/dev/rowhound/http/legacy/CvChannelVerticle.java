package dev.rowhound.http.legacy;

import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventBatch;
import dev.rowhound.progress.EventSink;
import dev.rowhound.progress.UserChannels;
import dev.rowhound.progress.UserFeeds;
import dev.rowhound.progress.UserWatch;
import dev.rowhound.progress.UserWatchState;
import dev.rowhound.queue.job.Jobs;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes users' events on their Redis channels, as messages of the CV system ({@link CvMessages}), while there are
 * subscribers. Every serving node polls for subscribers; one node at a time holds the lease to publish for a user.
 * Channels without subscribers cost nothing.
 */
public final class CvChannelVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(CvChannelVerticle.class);

    /** Minimum interval between two polls; up to as much again is added at random. */
    private static final int POLL_MILLIS = 1000;

    /** Maximum delay until a new subscriber is detected; jobs created within it may be newer than the subscription. */
    private static final long MAX_DETECTION_MILLIS = Duration.ofSeconds(10).toMillis();

    private final UserChannels channels;
    private final UserFeeds users;
    private final Jobs jobs;
    private final Map<String, Publisher> publishers = new HashMap<>();
    private boolean stopped;
    private long timer = -1;

    public CvChannelVerticle(UserChannels channels, UserFeeds users, Jobs jobs) {
        this.channels = channels;
        this.users = users;
        this.jobs = jobs;
    }

    @Override
    public Future<?> start() {
        poll();
        return Future.succeededFuture();
    }

    /** Releases the leases, so that another node continues at once. */
    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        List<Future<Void>> released = new ArrayList<>();
        List.copyOf(publishers.keySet()).forEach(user -> released.add(stopPublishing(user)));
        return Future.join(released).otherwiseEmpty();
    }

    private void poll() {
        channels.subscribed().compose(this::serve).onComplete(done -> {
            if (done.failed()) {
                LOG.debug("The search for subscribers failed: {}", done.cause().getMessage());
            }
            if (!stopped) {
                int millis = POLL_MILLIS + ThreadLocalRandom.current().nextInt(POLL_MILLIS);
                timer = vertx.setTimer(millis, id -> poll());
            }
        });
    }

    private Future<Void> serve(Set<String> subscribed) {
        List<Future<Void>> done = new ArrayList<>();
        for (String user : List.copyOf(publishers.keySet())) {
            if (!subscribed.contains(user)) {
                LOG.info("The events of {} have no more subscribers", user);
                done.add(stopPublishing(user));
            }
        }
        subscribed.forEach(user -> done.add(channels.take(user).map(cursor -> leaseChecked(user, cursor))));
        return Future.join(done).mapEmpty();
    }

    private Void leaseChecked(String user, @Nullable String cursor) {
        Publisher present = publishers.get(user);
        if (cursor == null) {
            if (present != null) {
                drop(user);
            }
        } else if (present == null && !stopped) {
            LOG.info("This node publishes the events of {} to their subscribers", user);
            Publisher publisher = new Publisher(user, cursor);
            publishers.put(user, publisher);
            publisher.watch.start();
        }
        return null;
    }

    /** Stops publishing for a user because another node holds the lease. */
    private void drop(String user) {
        Publisher publisher = publishers.remove(user);
        if (publisher != null) {
            publisher.watch.stop();
            LOG.info("Another node publishes the events of {}", user);
        }
    }

    private Future<Void> stopPublishing(String user) {
        Publisher publisher = publishers.remove(user);
        if (publisher == null) {
            return Future.succeededFuture();
        }
        publisher.watch.stop();
        return channels.release(user);
    }

    private final class Publisher implements EventSink {
        private final String user;
        private final UserWatch watch;

        Publisher(String user, String cursor) {
            this.user = user;
            UserWatchState state = cursor.isEmpty()
                    ? users.watchState(
                            user,
                            new UserWatchState.Begin(System.currentTimeMillis() - MAX_DETECTION_MILLIS, Long.MAX_VALUE))
                    : users.watchState(user, cursor);
            this.watch = users.watch(state, this);
        }

        @Override
        public Future<Void> events(String job, EventBatch batch, String cursor) {
            return publish(job, batch.last().toString(), cursor, CvMessages.of(job, batch.events(), cursor));
        }

        @Override
        public Future<@Nullable Cursor> lost(String job, Function<Cursor, String> cursor) {
            return JobLookup.reset(
                    jobs,
                    job,
                    cursor,
                    (snapshot, id) -> publish(job, snapshot.lastEvent(), id, List.of(CvMessages.batch(snapshot, id))));
        }

        private Future<Void> publish(String job, String last, String cursor, List<String> messages) {
            return channels.publish(user, job + " " + last, cursor, messages).compose(published -> {
                if (!published) {
                    drop(user);
                    return Future.failedFuture("another node publishes");
                }
                LOG.debug("Published events of {} up to {} of job {}", user, last, job);
                return Future.succeededFuture();
            });
        }
    }
}
