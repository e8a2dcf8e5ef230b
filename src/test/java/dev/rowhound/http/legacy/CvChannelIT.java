package dev.rowhound.http.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.progress.EventLog;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.progress.UserChannels;
import dev.rowhound.progress.UserFeeds;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.TestQueue;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.RedisProcess;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one Redis publish a user's events once, whichever of them is there. */
@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class CvChannelIT {
    private static final String USER = "anonymous";
    private static final String CHANNEL = "user:" + USER + ":events";

    /** Of a Redis Cluster. */
    private static final int LAST_SLOT = 16_383;

    private static final QueueConfig QUEUE = new QueueConfig(
            Duration.ofMinutes(5), Duration.ofMinutes(5), 3, Duration.ofDays(7), Duration.ofMinutes(10), Duration.ZERO);

    private final TestRedis store;
    private final TestQueue queue;
    private final List<Publishing> nodes = new ArrayList<>();

    CvChannelIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
    }

    /** What a node has of all this. */
    private final class Publishing {
        private final Vertx vertx = Vertx.vertx();
        private final RedisConnector redis = new RedisConnector(vertx, store.url(), 5000);
        final String token = UUID.randomUUID().toString();
        final UserChannels channels = new UserChannels(redis, token, Duration.ofSeconds(3));
        private final String deployment;

        Publishing() {
            Wakeups wakeups = new Wakeups(vertx);
            JobFeeds feeds = new JobFeeds(vertx, new EventLog(redis), wakeups);
            UserFeeds users = new UserFeeds(vertx, redis, feeds, wakeups);
            deployment =
                    Await.result(vertx.deployVerticle(new CvChannelVerticle(channels, users, new Jobs(redis, QUEUE))));
            nodes.add(this);
        }

        /** Whether it is the one that publishes. */
        boolean publishes() {
            return token.equals(TestRedis.bytes(store.send(Command.HGET, Keys.userPublisher(USER), "token")));
        }

        void stop() {
            Await.result(vertx.undeploy(deployment));
            Await.result(vertx.close());
        }

        /** As a node that is killed: nothing is given back. */
        void die() {
            Await.result(redis.close());
            Await.result(vertx.close());
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> Await.result(node.vertx.close()));
    }

    private static List<String> steps(Subscriber subscriber, String job) {
        return subscriber.messages().stream()
                .map(JsonObject::new)
                .filter(message -> "cv_progress".equals(message.getString("type")))
                .filter(message -> job.equals(message.getString("batch_id")))
                .map(message -> message.getString("cv_id") + " " + message.getString("status"))
                .toList();
    }

    private static List<String> completed(int rows) {
        return IntStream.rangeClosed(1, rows)
                .mapToObj(row -> row + " completed")
                .toList();
    }

    private Subscriber subscribe() throws Exception {
        return Subscriber.to(URI.create(store.url()), CHANNEL);
    }

    @Test
    void goesOnWhereTheOtherNodeHasStopped() throws Exception {
        new Publishing();
        new Publishing();
        try (Subscriber subscriber = subscribe();
                Subscriber second = subscribe()) {
            String job = queue.running(TestQueue.keys(6));
            for (int row = 1; row <= 6; row++) {
                queue.end(queue.claim(job));
                List<String> told = completed(row);
                Await.until("row " + row, () -> steps(subscriber, job).size() >= told.size());
                assertThat(steps(subscriber, job)).isEqualTo(told);
                Publishing publisher =
                        nodes.stream().filter(Publishing::publishes).findFirst().orElseThrow();
                if (row == 2) {
                    publisher.stop();
                    nodes.remove(publisher);
                    new Publishing();
                } else if (row == 4) {
                    publisher.die();
                    nodes.remove(publisher);
                }
            }
            Await.until(
                    "what the other subscriber has", () -> steps(second, job).size() >= 6);
            assertThat(steps(second, job)).isEqualTo(completed(6));
        }
    }

    @Test
    void tellsFromTheFirstStepOfAJobThatIsOpenedBehindTheSubscription() throws Exception {
        new Publishing();
        try (Subscriber subscriber = subscribe()) {
            String job = queue.running("a", "b");
            queue.end(queue.claim(job));
            queue.end(queue.claim(job));
            // It has ended before anybody can have noticed the subscriber.
            Await.until("the end", () -> steps(subscriber, job).size() == 2);
            assertThat(steps(subscriber, job)).isEqualTo(completed(2));
        }
    }

    @Test
    void leavesAChannelWithoutSubscribersAlone() throws Exception {
        new Publishing();
        String job = queue.running("a", "b");
        try (Subscriber subscriber = subscribe()) {
            queue.end(queue.claim(job));
            Await.until("the first row", () -> steps(subscriber, job).size() == 1);
        }
        Await.until(
                "the end of publishing",
                () -> TestRedis.bytes(store.send(Command.HGET, Keys.userPublisher(USER), "until"))
                        .equals("0"));
        queue.end(queue.claim(job));
        Thread.sleep(2500);
        assertThat(store.hash(Keys.userPublisher(USER)).get("until")).isEqualTo("0");
        assertThat(store.hash(Keys.userPublisher(USER)).get("last")).startsWith(job + " 3.");
    }

    @Test
    void publishesForWhoHasTheRightOnlyAndOnce() throws Exception {
        UserChannels mine = new UserChannels(store.connector(), "mine", Duration.ofMinutes(1));
        UserChannels other = new UserChannels(store.connector(), "other", Duration.ofMinutes(1));
        try (Subscriber subscriber = subscribe()) {
            assertThat(Await.result(mine.subscribed())).containsExactly(USER);
            assertThat(Await.result(mine.take(USER))).isEmpty();
            assertThat(Await.result(other.take(USER))).isNull();
            assertThat(Await.result(mine.publish(USER, "first", "cursor1", List.of("a", "b"))))
                    .isTrue();
            assertThat(Await.result(mine.publish(USER, "first", "cursor2", List.of("a", "b"))))
                    .isTrue();
            assertThat(Await.result(other.publish(USER, "second", "cursor3", List.of("c"))))
                    .isFalse();
            Await.result(other.release(USER));
            assertThat(Await.result(other.take(USER))).isNull();
            Await.result(mine.release(USER));
            assertThat(Await.result(other.take(USER))).isEqualTo("cursor1");
            assertThat(Await.result(mine.publish(USER, "third", "cursor4", List.of("d"))))
                    .isFalse();
            assertThat(Await.result(other.publish(USER, "third", "cursor4", List.of("e"))))
                    .isTrue();
            Await.until("the messages", () -> subscriber.messages().size() >= 3);
            assertThat(subscriber.messages()).containsExactly("a", "b", "e");
        }
    }

    @Test
    void reachesSubscribersAtEachNodeOfARedisCluster(@TempDir Path folder) throws Exception {
        int bus = RedisProcess.freePort();
        try (RedisProcess first = clusterNode(folder.resolve("first"), RedisProcess.freePort());
                RedisProcess second = clusterNode(folder.resolve("second"), bus)) {
            RedisConnector redis = new RedisConnector(store.vertx(), first.url(), 5000);
            RedisConnector other = new RedisConnector(store.vertx(), second.url(), 5000);
            Await.result(redis.send(Command.CLUSTER, "ADDSLOTSRANGE", 0, LAST_SLOT - 1));
            Await.result(other.send(Command.CLUSTER, "ADDSLOTSRANGE", LAST_SLOT, LAST_SLOT));
            Await.result(redis.send(
                    Command.CLUSTER,
                    "MEET",
                    "127.0.0.1",
                    URI.create(second.url()).getPort(),
                    bus));
            Await.until("the cluster", () -> ready(redis) && ready(other));
            UserChannels channels = new UserChannels(redis, "mine", Duration.ofMinutes(1));
            try (Subscriber here = Subscriber.to(URI.create(first.url()), CHANNEL);
                    Subscriber there = Subscriber.to(URI.create(second.url()), "user:ada:events")) {
                assertThat(Await.result(channels.subscribed())).containsExactlyInAnyOrder(USER, "ada");
                assertThat(Await.result(channels.take("ada"))).isEmpty();
                assertThat(Await.result(channels.publish("ada", "first", "cursor1", List.of("a"))))
                        .isTrue();
                Await.until("the message", () -> !there.messages().isEmpty());
                assertThat(there.messages()).containsExactly("a");
                assertThat(here.messages()).isEmpty();
            }
            Await.until(
                    "the end of both", () -> Await.result(channels.subscribed()).isEmpty());
            Await.result(redis.close());
            Await.result(other.close());
        }
    }

    private static RedisProcess clusterNode(Path folder, int bus) throws Exception {
        return RedisProcess.start(
                folder,
                RedisProcess.freePort(),
                "--cluster-enabled",
                "yes",
                "--cluster-announce-ip",
                "127.0.0.1",
                "--cluster-port",
                Integer.toString(bus));
    }

    private static boolean ready(RedisConnector redis) {
        String state = Await.result(redis.send(Command.CLUSTER, "INFO")).toString();
        return state.contains("cluster_state:ok") && state.contains("cluster_known_nodes:2");
    }
}
