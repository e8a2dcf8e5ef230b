package dev.rowhound.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.front.Nodes.Victim;
import dev.rowhound.front.Watching.Arrival;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node is killed in the middle of a stream: the watcher comes back through the front end and misses nothing. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FailoverIT {
    private static final int ROWS = 40;
    private static final int ROW_MILLIS = 80;
    /** While watchers come, so that the job is not over before they are there. */
    private static final int SLOW_ROW_MILLIS = 1000;

    private static final Map<String, String> HEARTBEATS = Map.of("http.heartbeat_ms", "500");

    private static Nodes nodes;
    private static URI survivor;

    @BeforeAll
    static void start() throws Exception {
        nodes = new Nodes();
        survivor = nodes.start(HEARTBEATS);
    }

    @AfterAll
    static void stop() throws Exception {
        nodes.close();
    }

    @ParameterizedTest
    @EnumSource
    void theOtherNodeGoesOnWithTheEvents(Kind kind) throws Exception {
        nodes.rowsTake(SLOW_ROW_MILLIS);
        Victim victim = nodes.startVictim(HEARTBEATS);
        URI address = victim.awaitAddress();
        try (Front front = kind.shipped(Shipped.before(address, survivor))) {
            Caller caller = Caller.of(front);
            String job = Caller.of(survivor).begin(ROWS);
            // Several watchers, so that some are with the node that dies.
            List<Watcher> watchers = IntStream.range(0, 4)
                    .mapToObj(number -> new Watcher(caller, job))
                    .toList();
            watchers.forEach(Thread::start);
            Await.until("all to watch", () -> watchers, all -> all.stream().allMatch(watcher -> watcher.seen > 3));
            victim.kill();
            nodes.rowsTake(ROW_MILLIS);

            for (Watcher watcher : watchers) {
                watcher.join();
                assertThat(watcher.failure).as(front.errors()).isNull();
                assertThat(watcher.events)
                        .extracting(Arrival::seq)
                        .isEqualTo(IntStream.rangeClosed(1, watcher.events.size())
                                .boxed()
                                .toList());
                assertThat(watcher.events.get(watcher.events.size() - 1).type()).isEqualTo("job.completed");
                // Started and ended, each of them, and the job itself.
                assertThat(watcher.events).hasSizeGreaterThan(2 * ROWS);
            }
            assertThat(watchers).as("some were with the node that died").anyMatch(watcher -> watcher.connections > 1);
        }
    }

    /** Watches a job to its end as EventSource does: comes back with the last id after a second. */
    private static final class Watcher extends Thread {
        private static final long RETRY_MILLIS = 1000;

        private final Caller caller;
        private final String job;
        private final List<Arrival> events = new ArrayList<>();
        private volatile int seen;
        private int connections;
        private Exception failure;

        Watcher(Caller caller, String job) {
            super("watcher");
            setDaemon(true);
            this.caller = caller;
            this.job = job;
        }

        @Override
        public void run() {
            try {
                while (events.isEmpty() || !events.get(events.size() - 1).type().equals("job.completed")) {
                    if (connections > 0) {
                        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                    }
                    connect();
                }
            } catch (Exception e) {
                failure = e;
            }
        }

        private void connect() throws Exception {
            connections++;
            String last =
                    events.isEmpty() ? null : events.get(events.size() - 1).id();
            try (Watching watching = caller.watch(job, last)) {
                if (watching.response().statusCode() != 200) {
                    // A browser would not come back after this.
                    throw new IllegalStateException("the answer was " + watching.response());
                }
                for (Arrival arrival = watching.next(); arrival != null; arrival = watching.next()) {
                    if (arrival.id() != null) {
                        events.add(arrival);
                        seen = events.size();
                    }
                }
            } catch (IOException cut) {
                // The connection broke off; the next one goes on.
            }
        }
    }
}
