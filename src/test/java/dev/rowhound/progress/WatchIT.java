package dev.rowhound.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.queue.TestQueue;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class WatchIT {
    private final TestRedis store;
    private final TestQueue queue;
    private final EventLog log;
    private final Wakeups wakeups;
    private final JobFeeds feeds;
    private final Context context;
    private final RecordingSink sink = new RecordingSink();
    private final List<Watch> watches = new ArrayList<>();

    WatchIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
        this.log = new EventLog(store.connector());
        this.wakeups = new Wakeups(store.vertx());
        this.feeds = new JobFeeds(store.vertx(), log, wakeups);
        this.context = ((VertxInternal) store.vertx()).createEventLoopContext();
    }

    @AfterEach
    void stop() {
        watches.forEach(this::stop);
        wakeups.close();
    }

    private Watch watch(String job, Cursor cursor) {
        Watch watch = feeds.watch(job, cursor, sink);
        Await.run(context, watch::start);
        watches.add(watch);
        return watch;
    }

    private void stop(Watch watch) {
        Await.run(context, watch::stop);
    }

    /** Ends a job's next item, which adds one event, or two with the last one. */
    private void end(String job) {
        queue.end(queue.claim(job));
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private List<JobEvent> events(String job) {
        return Await.result(log.after(job, Cursor.START, 1000)).events();
    }

    @Test
    void tellsWhatWasThereAndEndsWithTheJob() throws Exception {
        String job = queue.running("a", "b");
        end(job);
        end(job);

        watch(job, Cursor.START);

        Await.until("the end", () -> sink.ended.get() == 1);
        assertThat(sink.numbers).isEqualTo(upTo(5));
        assertThat(sink.lost).hasValue(0);
    }

    @Test
    void endsAtOnceBehindTheLastEvent() throws Exception {
        String job = queue.running("!1");
        List<JobEvent> events = events(job);

        watch(job, events.get(events.size() - 1).cursor());

        Await.until("the end", () -> sink.ended.get() == 1);
        assertThat(sink.numbers).isEmpty();
    }

    @Test
    void doesNotEndWhereABatchEndsWithAnEarlierGeneration() throws Exception {
        String job = queue.running("a");
        watch(job, Cursor.START);
        Await.until("what was there", () -> sink.numbers.size() == 2);

        // In one step, so that the feed reads a whole batch of which the last one is the first generation's end.
        store.send(Command.EVAL, """
                for seq = 3, 2 + ARGV[1] + 1 do
                    local type = seq == 2 + tonumber(ARGV[1]) and 'job.completed' or 'item.started'
                    redis.call('XADD', KEYS[1], seq .. '-0', 't', type, 'h', '0000000a', 'c', ARGV[2])
                end
                return 0""", 1, Keys.job(job).events(), JobFeed.MAX_BATCH, "1,1,0,0,0,0,0,0,0,0,0,1");
        wakeups.publish(job);

        Await.until("the next generation", () -> sink.numbers.size() == 2 + JobFeed.MAX_BATCH + 1);
        assertThat(sink.ended).hasValue(0);
    }

    @Test
    void isWokenForEachEvent() throws Exception {
        String job = queue.running(TestQueue.keys(10));
        watch(job, Cursor.START);
        Await.until("what was there", () -> sink.numbers.size() == 2);

        long began = System.nanoTime();
        for (int row = 1; row <= 5; row++) {
            end(job);
            wakeups.publish(job);
            int expected = 2 + row;
            Await.until("event " + expected, () -> sink.numbers.size() == expected);
        }

        // Without the wake-ups each of them would wait for a sweep, a second at least.
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isLessThan(4000);
        assertThat(sink.numbers).isEqualTo(upTo(7));
    }

    @Test
    void findsByItsSweepWhatNobodyHasToldIt() throws Exception {
        String job = queue.running(TestQueue.keys(2));
        watch(job, Cursor.START);
        Await.until("what was there", () -> sink.numbers.size() == 2);

        end(job);
        end(job);

        Await.until("the end", () -> sink.ended.get() == 1);
        assertThat(sink.numbers).isEqualTo(upTo(5));
    }

    @Test
    void waitsForASlowSinkAndKeepsNothingMeanwhile() throws Exception {
        Promise<Void> slow = Promise.promise();
        sink.answer = batch -> batch == 1 ? slow.future() : Future.succeededFuture();
        String job = queue.running(TestQueue.keys(300));
        watch(job, Cursor.START);
        Await.until("the first batch", () -> sink.batches.size() == 1);
        for (int row = 0; row < 300; row++) {
            end(job);
            wakeups.publish(job);
        }
        assertThat(sink.batches).hasSize(1);

        slow.complete();

        Await.until("the end", () -> sink.ended.get() == 1);
        assertThat(sink.numbers).isEqualTo(upTo(303));
        // In large pieces, not one by one.
        assertThat(sink.batches).startsWith(2).hasSizeLessThan(6);
    }

    @Test
    void tellsAgainWhatTheSinkDidNotTake() throws Exception {
        sink.answer = batch -> batch == 1 ? Future.failedFuture("not now") : Future.succeededFuture();
        String job = queue.running("!1");

        watch(job, Cursor.START);

        Await.until("the end", () -> sink.ended.get() == 1);
        assertThat(sink.numbers)
                .isEqualTo(Stream.concat(upTo(4).stream(), upTo(4).stream()).toList());
    }

    @Test
    void goesOnWhereTheSinkSaysWhenItsCursorIsLost() throws Exception {
        String job = queue.running("a", "b");
        end(job);
        sink.resume = events(job).get(1).cursor();

        watch(job, new Cursor(3, "00000000"));
        Await.until("what follows", () -> sink.numbers.size() == 1);
        end(job);
        wakeups.publish(job);

        Await.until("the end", () -> sink.ended.get() == 1);
        assertThat(sink.numbers).containsExactly(3L, 4L, 5L);
        assertThat(sink.lost).hasValue(1);
    }

    @Test
    void isLostWhenItsJobExpires() throws Exception {
        String job = queue.running("a");
        watch(job, Cursor.START);
        Await.until("what was there", () -> sink.numbers.size() == 2);

        store.send(Command.DEL, Keys.job(job).events());
        wakeups.publish(job);

        Await.until("the loss", () -> sink.lost.get() > 0);
    }

    @Test
    void tellsNothingOnceItIsStopped() throws Exception {
        String job = queue.running(TestQueue.keys(10));
        Watch watch = watch(job, Cursor.START);
        Await.until("what was there", () -> sink.numbers.size() == 2);
        RecordingSink other = new RecordingSink();
        context.runOnContext(run -> {
            Watch second = feeds.watch(job, Cursor.START, other);
            watches.add(second);
            second.start();
        });

        stop(watch);
        end(job);
        wakeups.publish(job);

        Await.until("the other watch goes on", () -> other.numbers.size() == 3);
        assertThat(sink.numbers).hasSize(2);
    }

    @Test
    void callsTheSinkOnTheContextItWasStartedOn() throws Exception {
        String job = queue.running(TestQueue.keys(3));
        watch(job, Cursor.START);
        for (int row = 0; row < 3; row++) {
            end(job);
            wakeups.publish(job);
        }

        Await.until("the end", () -> sink.ended.get() == 1);
        assertThat(sink.contexts).containsExactly(context);
    }

    @Test
    void missesNothingThatHappensWhileItStarts() throws Exception {
        String job = queue.running(TestQueue.keys(200));
        Thread worker = new Thread(() -> {
            for (int row = 0; row < 200; row++) {
                end(job);
                wakeups.publish(job);
            }
        });
        worker.start();
        List<RecordingSink> sinks = new ArrayList<>();
        for (int watcher = 0; watcher < 20; watcher++) {
            RecordingSink own = new RecordingSink();
            sinks.add(own);
            context.runOnContext(run -> {
                Watch watch = feeds.watch(job, Cursor.START, own);
                watches.add(watch);
                watch.start();
            });
            int seen = watcher * 9;
            Await.until("some progress", () -> own.numbers.size() > seen);
        }
        worker.join();

        for (RecordingSink each : sinks) {
            Await.until("the end", () -> each.ended.get() == 1);
            assertThat(each.numbers).isEqualTo(upTo(203));
        }
    }

    @Test
    void looksAtTotalsOnceMoreAfterNews() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        // At once, when the feed has found the log's end, and after what the second look has found.
        TotalsWatch watch = feeds.totals(
                queue.running("a"),
                () -> Future.succeededFuture(
                        looks.incrementAndGet() == 2
                                ? TotalsWatch.PollResult.CHANGED
                                : TotalsWatch.PollResult.UNCHANGED));
        Await.run(context, watch::start);
        Await.until("the third look", () -> looks.get() == 3);
        Await.run(context, watch::stop);
    }
}
