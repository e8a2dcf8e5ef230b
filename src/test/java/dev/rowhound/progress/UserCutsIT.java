package dev.rowhound.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.queue.TestQueue;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A user's client that is cut again and again, also within a write, applies each job's events as 1, 2, 3 … */
@ExtendWith(TestRedis.Extension.class)
@Timeout(600)
class UserCutsIT {
    private static final String USER = "anonymous";

    private final TestRedis store;
    private final TestQueue queue;
    private final Wakeups wakeups;
    private final UserFeeds users;
    private final Context context;

    UserCutsIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
        this.wakeups = new Wakeups(store.vertx());
        JobFeeds feeds = new JobFeeds(store.vertx(), new EventLog(store.connector()), wakeups);
        this.users = new UserFeeds(store.vertx(), store.connector(), feeds, wakeups);
        this.context = ((VertxInternal) store.vertx()).createEventLoopContext();
    }

    /** Applies what is the next, drops what it has, and takes down what must not come. */
    private final class Client implements EventSink {
        private final Map<String, Long> last = new HashMap<>();
        private final List<String> faults = new CopyOnWriteArrayList<>();
        private String cursor;
        private UserWatch watch;

        /** How many batches it gets before it is cut within one; its events come, its cursor does not. */
        private int left;

        synchronized long last(String job) {
            return last.getOrDefault(job, 0L);
        }

        @Override
        public synchronized Future<Void> events(String job, EventBatch batch, String place) {
            if (left-- == 0) {
                apply(job, batch.events().subList(0, (batch.events().size() + 1) / 2));
                return Promise.<Void>promise().future();
            }
            apply(job, batch.events());
            cursor = place;
            return Future.succeededFuture();
        }

        private void apply(String job, List<JobEvent> events) {
            for (JobEvent event : events) {
                long seq = event.cursor().seq();
                if (seq > last(job) + 1) {
                    faults.add("a hole before " + seq + " of " + job);
                }
                last.merge(job, seq, Math::max);
            }
        }

        @Override
        public Future<Cursor> lost(String job, Function<Cursor, String> place) {
            faults.add("a reset of " + job);
            return Future.failedFuture("not wanted");
        }

        void connect(int batches) {
            Await.run(context, () -> {
                left = batches;
                watch = users.watch(users.watchState(USER, cursor), this);
                watch.start();
            });
        }

        void cut() {
            Await.run(context, watch::stop);
        }
    }

    @Test
    void missesNothing() throws Exception {
        history(20261122, 150);
    }

    @Test
    @Tag("full")
    void missesNothingInLongHistories() throws Exception {
        for (int seed = 1; seed <= 20; seed++) {
            history(seed, 400);
        }
    }

    private void history(long seed, int steps) throws Exception {
        // A cursor lists so many jobs only, also those of the history before.
        store.send(Command.FLUSHALL, "SYNC");
        Random random = new Random(seed);
        Map<String, Integer> left = new HashMap<>();
        List<String> open = new ArrayList<>();
        Map<String, Long> written = new HashMap<>();
        Client client = new Client();
        client.connect(1);
        // Else it does not know what it has missed.
        Await.until("a place", () -> {
            if (open.isEmpty()) {
                open(random, open, left, written);
            }
            return client.cursor != null || client.left < 0;
        });
        for (int step = 0; step < steps; step++) {
            int dice = random.nextInt(10);
            if (dice == 0 || open.isEmpty()) {
                open(random, open, left, written);
            } else if (dice < 8) {
                String job = open.get(random.nextInt(open.size()));
                queue.end(queue.claim(job));
                int rows = left.merge(job, -1, Integer::sum);
                written.merge(job, rows == 0 ? 2L : 1L, Long::sum);
                if (rows == 0) {
                    open.remove(job);
                }
                if (random.nextBoolean()) {
                    wakeups.publish(job);
                }
            } else {
                client.cut();
                client.connect(random.nextInt(6));
            }
        }
        client.cut();
        client.connect(Integer.MAX_VALUE);
        Await.until(
                "all events, seed " + seed,
                () -> written.entrySet().stream().allMatch(job -> client.last(job.getKey()) == job.getValue()));
        client.cut();
        assertThat(client.faults).as("seed %d", seed).isEmpty();
        for (String job : List.copyOf(open)) {
            while (left.merge(job, -1, Integer::sum) >= 0) {
                queue.end(queue.claim(job));
            }
        }
    }

    private void open(Random random, List<String> open, Map<String, Integer> left, Map<String, Long> written) {
        int rows = 1 + random.nextInt(12);
        String job =
                queue.running(LongStream.range(0, rows).mapToObj(Long::toString).toArray(String[]::new));
        open.add(job);
        left.put(job, rows);
        written.put(job, 2L);
        if (random.nextBoolean()) {
            wakeups.publish(Wakeups.jobsOf(USER));
        }
    }
}
