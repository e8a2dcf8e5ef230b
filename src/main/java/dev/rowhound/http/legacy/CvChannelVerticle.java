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
 * Publishes users' events on their channels of Redis, in the words of {@link CvMessages}, as long as somebody is
 * subscribed. Every node that serves looks who is; the right to publish for a user goes to one at a time. A channel
 * without a subscriber costs nothing.
 */
public final class CvChannelVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(CvChannelVerticle.class);

    /** The least time between two looks, in milliseconds; as much again is added at random. */
    private static final int LOOK_MILLIS = 1000;

    /** Jobs that were entered so long before a channel was noticed may be younger than its subscriber. */
    private static final long NOTICED_MILLIS = Duration.ofSeconds(10).toMillis();

    private final UserChannels channels;
    private final UserFeeds users;
    private final Jobs jobs;
    private final Map<String, Publisher> publishers = new HashMap<>();
    private boolean stopped;
    private long timer = -1;

    /** For the channels of that Redis. */
    public CvChannelVerticle(UserChannels channels, UserFeeds users, Jobs jobs) {
        this.channels = channels;
        this.users = users;
        this.jobs = jobs;
    }

    @Override
    public Future<?> start() {
        look();
        return Future.succeededFuture();
    }

    /** Gives the rights back, so that another node goes on at once. */
    @Override
    public Future<?> stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        List<Future<Void>> released = new ArrayList<>();
        List.copyOf(publishers.keySet()).forEach(user -> released.add(leave(user)));
        return Future.join(released).otherwiseEmpty();
    }

    private void look() {
        channels.subscribed().compose(this::serve).onComplete(done -> {
            if (done.failed()) {
                LOG.debug(
                        "Subscribers could not be looked for: {}", done.cause().getMessage());
            }
            if (!stopped) {
                int millis = LOOK_MILLIS + ThreadLocalRandom.current().nextInt(LOOK_MILLIS);
                timer = vertx.setTimer(millis, id -> look());
            }
        });
    }

    private Future<Void> serve(Set<String> subscribed) {
        List<Future<Void>> done = new ArrayList<>();
        for (String user : List.copyOf(publishers.keySet())) {
            if (!subscribed.contains(user)) {
                LOG.info("Nobody is subscribed to the events of {} any more", user);
                done.add(leave(user));
            }
        }
        subscribed.forEach(user -> done.add(channels.take(user).map(cursor -> took(user, cursor))));
        return Future.join(done).mapEmpty();
    }

    private Void took(String user, @Nullable String cursor) {
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

    /** Another node publishes. */
    private void drop(String user) {
        Publisher publisher = publishers.remove(user);
        if (publisher != null) {
            publisher.watch.stop();
            LOG.info("Another node publishes the events of {}", user);
        }
    }

    private Future<Void> leave(String user) {
        Publisher publisher = publishers.remove(user);
        if (publisher == null) {
            return Future.succeededFuture();
        }
        publisher.watch.stop();
        return channels.release(user);
    }

    /** Publishes one user's events. */
    private final class Publisher implements EventSink {
        private final String user;
        private final UserWatch watch;

        Publisher(String user, String cursor) {
            this.user = user;
            UserWatchState place = cursor.isEmpty()
                    ? users.place(
                            user, new UserWatchState.Begin(System.currentTimeMillis() - NOTICED_MILLIS, Long.MAX_VALUE))
                    : users.place(user, cursor);
            this.watch = users.watch(place, this);
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
                    (present, place) ->
                            publish(job, present.lastEvent(), place, List.of(CvMessages.batch(present, place))));
        }

        private Future<Void> publish(String job, String last, String cursor, List<String> messages) {
            return channels.publish(user, job + " " + last, cursor, messages).compose(mine -> {
                if (!mine) {
                    drop(user);
                    return Future.failedFuture("another node publishes");
                }
                LOG.debug("Published events of {} up to {} of job {}", user, last, job);
                return Future.succeededFuture();
            });
        }
    }
}
