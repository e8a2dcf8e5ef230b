package dev.rowhound.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.queue.TestQueue;
import dev.rowhound.queue.TestUpload;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** All jobs of a user are followed, each without a hole and without a repeat. */
@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class UserWatchIT {
    private static final String USER = "anonymous";

    private final TestRedis store;
    private final TestQueue queue;
    private final EventLog log;
    private final Wakeups wakeups;
    private final UserFeeds users;
    private final Context context;
    private final List<UserWatch> watches = new ArrayList<>();

    UserWatchIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
        this.log = new EventLog(store.connector());
        this.wakeups = new Wakeups(store.vertx());
        JobFeeds feeds = new JobFeeds(store.vertx(), log, wakeups);
        this.users = new UserFeeds(store.vertx(), store.connector(), feeds, wakeups);
        this.context = ((VertxInternal) store.vertx()).createEventLoopContext();
    }

    /** Keeps what a watcher is told. */
    private final class Told implements EventSink {
        final Map<String, List<Long>> numbers = new ConcurrentHashMap<>();
        final List<String> cursors = new CopyOnWriteArrayList<>();
        final List<String> gone = new CopyOnWriteArrayList<>();
        final List<String> resets = new CopyOnWriteArrayList<>();
        final AtomicBoolean busy = new AtomicBoolean();
        final List<String> faults = new CopyOnWriteArrayList<>();
        private int calls;

        List<Long> of(String job) {
            return numbers.getOrDefault(job, List.of());
        }

        /** After a moment, so that calls would overlap if they did not wait for each other. */
        private <T> Future<T> later(Future<T> answer) {
            if (busy.getAndSet(true)) {
                faults.add("two calls at once");
            }
            Promise<T> promise = Promise.promise();
            store.vertx().setTimer(2, id -> {
                busy.set(false);
                promise.handle(answer);
            });
            return promise.future();
        }

        @Override
        public Future<Void> events(String job, EventBatch batch, String cursor) {
            if (++calls % 20 == 0) {
                return later(Future.failedFuture("not now"));
            }
            batch.events()
                    .forEach(event -> numbers.computeIfAbsent(job, id -> new CopyOnWriteArrayList<>())
                            .add(event.cursor().seq()));
            cursors.add(cursor);
            return later(Future.succeededFuture());
        }

        @Override
        public Future<Cursor> lost(String job, Function<Cursor, String> cursor) {
            return log.last(job).compose(last -> {
                if (last == null) {
                    gone.add(job);
                    return later(Future.succeededFuture(null));
                }
                resets.add(job);
                cursors.add(cursor.apply(last.cursor()));
                return later(Future.succeededFuture(last.cursor()));
            });
        }

        String lastCursor() {
            return cursors.get(cursors.size() - 1);
        }
    }

    @AfterEach
    void stop() {
        watches.forEach(this::stop);
        wakeups.close();
    }

    private Told watch(String cursor) {
        return watch(users.watchState(USER, cursor));
    }

    private Told watch(UserWatchState place) {
        Told told = new Told();
        UserWatch watch = users.watch(place, told);
        watches.add(watch);
        Await.run(context, watch::start);
        return told;
    }

    private void stop(UserWatch watch) {
        Await.run(context, watch::stop);
    }

    /** Ends a job's next item, which adds one event, or two with the last one. */
    private void end(String job) {
        queue.end(queue.claim(job));
        wakeups.publish(job);
    }

    private static List<Long> numbers(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static void await(Told told, String job, long first, long last) throws Exception {
        Await.until("the events of " + job, () -> told.of(job).size() >= last - first + 1);
        assertThat(told.of(job)).isEqualTo(numbers(first, last));
        assertThat(told.faults).isEmpty();
    }

    @Test
    void tellsOfAllOpenJobsAndOfThoseThatAreOpenedLater() throws Exception {
        String ended = queue.running("a");
        end(ended);
        String first = queue.running(TestQueue.keys(300));
        String second = queue.running("a", "b");
        TestUpload others = queue.receivingOf("somebody", "a");

        Told told = watch((String) null);
        await(told, first, 1, 2);
        await(told, second, 1, 2);
        String third = queue.running("a");
        wakeups.publish(Wakeups.jobsOf(USER));
        await(told, third, 1, 2);
        end(third);
        for (int row = 0; row < 300; row++) {
            end(first);
        }
        end(second);
        await(told, first, 1, 303);
        await(told, second, 1, 3);
        await(told, third, 1, 4);
        assertThat(told.numbers).doesNotContainKeys(ended, others.job());
        assertThat(told.resets).isEmpty();
    }

    @Test
    void findsByItsSweepAJobThatNobodyHasToldItOf() throws Exception {
        Told told = watch((String) null);
        String job = queue.running("a");
        await(told, job, 1, 2);
    }

    @Test
    void goesOnFromEachCursorWithoutAHoleOrARepeat() throws Exception {
        String first = queue.running(TestQueue.keys(6));
        String second = queue.running(TestQueue.keys(6));
        Told told = watch((String) null);
        await(told, first, 1, 2);
        await(told, second, 1, 2);
        for (int row = 1; row <= 6; row++) {
            end(row % 2 == 0 ? first : second);
            await(told, row % 2 == 0 ? first : second, 1, 2 + (row + 1) / 2);
        }
        String whole = told.lastCursor();
        watches.forEach(this::stop);
        // All of this happens while nobody watches: one goes on, one ends, one is opened, one comes and goes.
        end(first);
        for (int row = 0; row < 3; row++) {
            end(second);
        }
        String third = queue.running("a");
        String fourth = queue.running("a");
        end(fourth);

        Told back = watch(whole);
        await(back, first, 6, 6);
        await(back, second, 6, 9);
        await(back, third, 1, 2);
        await(back, fourth, 1, 4);
        assertThat(back.resets).isEmpty();

        // And each cursor on the way leads to the same end.
        for (String cursor : told.cursors) {
            UserCursor place = UserCursor.parse(cursor);
            Told again = watch(cursor);
            for (String job : List.of(first, second)) {
                UserCursor.Known known = place.jobs().get(job);
                long last = job.equals(first) ? 6 : 9;
                await(again, job, known == null ? 1 : known.cursor().seq() + 1, last);
            }
            assertThat(again.resets).isEmpty();
        }
    }

    @Test
    void tellsNobodyTwiceOfAJobThatHasEnded() throws Exception {
        String job = queue.running("a");
        Told told = watch((String) null);
        await(told, job, 1, 2);
        end(job);
        await(told, job, 1, 4);
        watches.forEach(this::stop);

        Told back = watch(told.lastCursor());
        String next = queue.running("a");
        await(back, next, 1, 2);
        assertThat(back.of(job)).isEmpty();
        assertThat(back.resets).isEmpty();
    }

    @Test
    void tellsAsItStandsWhatItsCursorDoesNotKnow() throws Exception {
        String open = queue.running(TestQueue.keys(3));
        end(open);

        Told told = watch("no cursor");
        Await.until("the reset", () -> told.resets.equals(List.of(open)));
        end(open);
        await(told, open, 4, 4);

        Told back = watch(told.lastCursor());
        end(open);
        await(back, open, 5, 6);
        assertThat(back.resets).isEmpty();
    }

    @Test
    void resetsTheJobsThatDidNotFitIntoTheCursor() throws Exception {
        int more = UserCursor.MAX_JOBS + 3;
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < more; i++) {
            jobs.add(queue.running("a"));
        }
        Told told = watch((String) null);
        for (String job : jobs) {
            await(told, job, 1, 2);
        }
        String cursor = told.lastCursor();
        watches.forEach(this::stop);

        Told back = watch(cursor);
        Await.until("the resets", () -> back.resets.size() == 3);
        for (String job : jobs) {
            end(job);
        }
        for (String job : jobs) {
            await(back, job, 3, 4);
        }
        assertThat(back.resets).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void goesOnWithAJobThatGoesOnAfterItsEnd() throws Exception {
        String job = queue.running("a");
        Told told = watch((String) null);
        await(told, job, 1, 2);
        queue.fail(job);
        wakeups.publish(job);
        await(told, job, 1, 4);
        Await.until("the end", () -> !told.busy.get());
        queue.retry(job);
        wakeups.publish(Wakeups.jobsOf(USER));
        await(told, job, 1, 5);
        assertThat(told.resets).isEmpty();
    }

    @Test
    void beginsEarlierWhereItIsToldTo() throws Exception {
        String ended = queue.running("a");
        end(ended);

        long now = System.currentTimeMillis();
        Told fromTheFirst = watch(users.watchState(USER, new UserWatchState.Begin(now - 60_000, Long.MAX_VALUE)));
        await(fromTheFirst, ended, 1, 4);
        Told asItStands = watch(users.watchState(USER, new UserWatchState.Begin(Long.MAX_VALUE, now - 60_000)));
        Await.until("the snapshot", () -> asItStands.resets.equals(List.of(ended)));
        assertThat(asItStands.numbers).isEmpty();
    }

    @Test
    void letsGoOfAJobThatIsGone() throws Exception {
        String job = queue.running("a");
        Told told = watch((String) null);
        await(told, job, 1, 2);
        String cursor = told.lastCursor();
        watches.forEach(this::stop);
        Keys.job(job).all().forEach(key -> store.send(Command.DEL, key));

        Told back = watch(cursor);
        Await.until("the end of it", () -> back.gone.equals(List.of(job)) && !back.busy.get());
        String next = queue.running("a");
        await(back, next, 1, 2);
        assertThat(UserCursor.parse(back.lastCursor()).jobs()).containsOnlyKeys(next);
        assertThat(back.resets).isEmpty();
    }
}
