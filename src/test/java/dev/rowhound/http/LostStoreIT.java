package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.config.ConfigLoader;
import dev.rowhound.config.Problems;
import dev.rowhound.node.Node;
import dev.rowhound.redis.Keys;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.redis.client.Command;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** A worker's way to Redis is cut while it has results, for longer than its leases. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class LostStoreIT {
    private static final long LEASE_MILLIS = 6000;

    private static final int ROWS = 4;

    private final StubProcessor stub = new StubProcessor();
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    @TempDir
    Path folder;

    /** A way to Redis that can be cut; its port. */
    private int way(TestNode web) throws Exception {
        URI redis = web.redis();
        NetClient client = web.vertx().createNetClient();
        NetServer server = web.vertx().createNetServer();
        server.connectHandler(caller -> {
            if (cut) {
                caller.close();
                return;
            }
            caller.pause();
            sockets.add(caller);
            client.connect(redis.getPort(), redis.getHost()).onSuccess(store -> {
                caller.handler(store::write);
                store.handler(caller::write);
                caller.closeHandler(closed -> store.close());
                caller.resume();
            });
        });
        return server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS).actualPort();
    }

    private Node worker(TestNode web, int redisPort) throws Exception {
        Map<String, String> flags = new HashMap<>(Map.of(
                "roles",
                "worker",
                "data",
                folder.resolve("worker").toString(),
                "artifacts.folder",
                web.data().resolve("artifacts").toString(),
                "redis.url",
                web.redis().toString().replace(":" + web.redis().getPort(), ":" + redisPort),
                "redis.timeout_ms",
                "500",
                "queue.lease_ms",
                String.valueOf(LEASE_MILLIS),
                "worker.slots",
                String.valueOf(ROWS)));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            flags.put("management.port", String.valueOf(free.getLocalPort()));
        }
        Problems problems = new Problems("the test's configuration");
        JsonObject config = ConfigLoader.load(TestNode.home(), null, Map.of(), flags, problems);
        problems.throwIfAny();
        return Node.start(config, TestNode.home(), stub::processor);
    }

    @Test
    void resultsThatWaitForTheStoreAreThoseOfALivingWorker() throws Exception {
        try (TestNode web = TestNode.start(Map.of("roles", "web"), stub::processor)) {
            Api api = new Api(web);
            Node worker = worker(web, way(web));
            try {
                stub.close();
                String job = api.upload(StubProcessor.form(ROWS)).json().getString("id");
                Await.until(
                        "all rows at work",
                        () -> api.job(job).getJsonObject("counters").getInteger("running"),
                        running -> running == ROWS);

                cut = true;
                sockets.forEach(NetSocket::close);
                stub.open();
                Await.until(
                        "the end of the leases",
                        () -> web.send(Command.ZSCORE, Keys.job(job).leases(), ROWS)
                                .toLong(),
                        until -> System.currentTimeMillis() > until + 1000);
                cut = false;

                assertThat(api.awaitEnd(job).getJsonObject("counters").getInteger("found"))
                        .isEqualTo(ROWS);
                try (EventStream stream = api.events(job)) {
                    List<String> types = stream.rest().stream()
                            .map(event -> event.json().getString("type"))
                            .toList();
                    assertThat(types).contains("item.ended").doesNotContain("item.retrying");
                }
            } finally {
                cut = false;
                worker.stop();
            }
        }
    }
}
