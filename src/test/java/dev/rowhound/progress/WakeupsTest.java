package dev.rowhound.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes on one bus: one tells, one hears. */
@Timeout(30)
class WakeupsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Wakeups telling = new Wakeups(vertx);
    private final Wakeups hearing = new Wakeups(vertx);
    private final List<String> messages = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private void listen() {
        vertx.eventBus().<String>consumer("rowhound.events", message -> messages.add(message.body()));
    }

    @Test
    void bothNodesWatchersAreWokenOnceEach() throws Exception {
        AtomicInteger here = new AtomicInteger();
        AtomicInteger there = new AtomicInteger();
        telling.add("a", here::incrementAndGet);
        hearing.add("a", there::incrementAndGet);
        hearing.add("b", () -> there.addAndGet(100));

        telling.publish("a");

        Await.until("both", () -> here.get() > 0 && there.get() > 0);
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(here).hasValue(1);
        assertThat(there).hasValue(1);
    }

    @Test
    void whatComesWithinThePauseIsToldAsOneAtItsEnd() throws Exception {
        listen();
        AtomicInteger woken = new AtomicInteger();
        hearing.add("a", woken::incrementAndGet);
        long began = System.nanoTime();
        for (int i = 0; i < 10_000; i++) {
            telling.publish("a");
        }
        int before = woken.get();
        telling.publish("a");

        Await.until("the last one", () -> woken.get() > before);
        TimeUnit.MILLISECONDS.sleep(50);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        assertThat(messages.size()).isBetween(2, (int) millis / 5 + 2);
        assertThat(woken.get()).isEqualTo(messages.size());
    }

    @Test
    void jobsDoNotWaitForEachOther() throws Exception {
        listen();
        for (int i = 0; i < 100; i++) {
            telling.publish("job " + i);
        }

        Await.until("each job's", () -> messages.size() == 100);
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(messages).doesNotHaveDuplicates();
    }

    @Test
    void aJobIsToldOfAgainAfterThePause() throws Exception {
        listen();
        for (int i = 1; i <= 5; i++) {
            telling.publish("a");
            int count = i;
            Await.until("the message", () -> messages.size() == count);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** What a worker says in its last moments is told although its timers go with it. */
    @Test
    void whatAVerticleSaysOutlivesIt() throws Exception {
        listen();
        Promise<Context> deployed = Promise.promise();
        String id = Await.result(vertx.deployVerticle(new VerticleBase() {
            @Override
            public io.vertx.core.Future<?> start() throws Exception {
                deployed.complete(context);
                return super.start();
            }
        }));
        Promise<Void> said = Promise.promise();
        Await.result(deployed.future()).runOnContext(run -> {
            telling.publish("a");
            telling.publish("a");
            said.complete();
        });
        Await.result(said.future());
        Await.result(vertx.undeploy(id));

        Await.until("both messages", () -> messages.size() == 2);
        telling.publish("a");
        Await.until("the third", () -> messages.size() == 3);
    }

    @Test
    void closingTellsWhatWaits() throws Exception {
        listen();
        telling.publish("a");
        Await.until("the first message", () -> messages.size() == 1);
        telling.publish("a");
        telling.close();

        Await.until("the second message", () -> messages.size() == 2);
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(messages).hasSize(2);
    }
}
