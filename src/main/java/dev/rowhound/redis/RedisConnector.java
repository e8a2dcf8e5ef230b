package dev.rowhound.redis;

import dev.rowhound.redis.StoreUnavailableException.StoreFault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisCluster;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to Redis by one connection that all calls share and that is reopened after a failure. Pipelining on one
 * connection carries several times the calls of a pool, because calls in flight share packets; so do not send blocking
 * commands.
 *
 * <p>Thread-safe. A call fails with {@link StoreUnavailableException} if there is no connection, no reply in time, or a
 * reply that says that Redis cannot execute it at present. The outcome is then unknown; the caller may repeat the call
 * if it is idempotent.
 */
public final class RedisConnector {
    private static final Logger LOG = LoggerFactory.getLogger(RedisConnector.class);

    /** With more unanswered calls than this Redis counts as hanging, and further calls fail at once. */
    private static final int MAX_IN_FLIGHT = 20_000;

    /** The client's error, in the form of a Redis error, for calls in flight when their connection breaks. */
    private static final String CONNECTION_CLOSED = "CONNECTION_CLOSED";

    /** After a failed connect, calls fail for this long before the next attempt. */
    private static final long RECONNECT_PAUSE_MILLIS = 100;

    /**
     * After this many timeouts in a row the connection is dropped: the peer may have vanished silently, and the
     * operating system would keep the connection for many minutes.
     */
    private static final int MAX_UNANSWERED = 3;

    private final Vertx vertx;
    private final RedisOptions options;
    private final int timeoutMillis;
    private Redis redis;
    private @Nullable Future<Boolean> clustered;
    private @Nullable Redis cluster;
    private @Nullable Future<RedisConnection> connection;
    private volatile int unanswered;
    private long pausedUntilNanos = System.nanoTime();
    private boolean closed;

    /**
     * Creates a connector that connects on the first call.
     *
     * @param url {@code redis://[user:password@]host[:port][/database]}
     * @param timeoutMillis after this time the outcome of a call counts as unknown
     */
    public RedisConnector(Vertx vertx, String url, int timeoutMillis) {
        this.vertx = vertx;
        this.timeoutMillis = timeoutMillis;
        this.options = new RedisOptions()
                .setConnectionString(url)
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setMaxWaitingHandlers(MAX_IN_FLIGHT);
        this.redis = Redis.createClient(vertx, options);
    }

    /** Sends a command. The reply arrives on the caller's context, if it has one. */
    public Future<@Nullable Response> send(Request request) {
        Future<RedisConnection> used = connection();
        Future<@Nullable Response> reply = used.compose(open -> open.send(request))
                .onComplete(done -> {
                    if (done.succeeded() || isReply(done.cause())) {
                        unanswered = 0;
                    }
                })
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .onFailure(error -> {
                    if (error instanceof TimeoutException) {
                        unanswered(used);
                    }
                })
                .recover(RedisConnector::translate);
        return CallerContext.keep(reply);
    }

    public Future<@Nullable Response> send(Command command, Object... arguments) {
        return send(Request.cmd(command, arguments));
    }

    /**
     * Runs a script by its digest, or by its text if Redis does not know the digest.
     *
     * @param arguments strings, whole numbers or buffers
     */
    public Future<ScriptReply> run(LuaScript script, List<String> keys, List<?> arguments) {
        if (keys.size() != script.keys()) {
            throw new IllegalArgumentException(script.name() + " was given " + keys.size() + " keys");
        }
        return send(request(Command.EVALSHA, script.sha1(), keys, arguments))
                .recover(error -> isNoScript(error)
                        ? send(request(Command.EVAL, script.text(), keys, arguments))
                        : Future.failedFuture(error))
                .map(reply -> new ScriptReply(script, present(reply)));
    }

    /**
     * Sends a command to each node of the store, for what a node knows only about itself, such as its subscribers. The
     * store is one Redis, or a Redis Cluster with its replicas.
     *
     * @return the nodes' replies, unordered
     */
    public Future<List<Response>> sendToEachNode(Command command, Object... arguments) {
        Request request = Request.cmd(command, arguments);
        return CallerContext.keep(clustered()
                .compose(yes -> yes
                        ? cluster()
                                .onAllNodes(request)
                                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                                .recover(RedisConnector::translate)
                        : send(request).map(answer -> List.of(present(answer)))));
    }

    private synchronized Future<Boolean> clustered() {
        if (clustered == null || clustered.failed()) {
            clustered = info("cluster").map(info -> "1".equals(info.getString("cluster_enabled")));
        }
        return clustered;
    }

    private synchronized RedisCluster cluster() {
        if (cluster == null) {
            cluster = Redis.createClient(
                    vertx,
                    new RedisOptions().setType(RedisClientType.CLUSTER).setConnectionString(options.getEndpoint()));
        }
        return RedisCluster.create(cluster);
    }

    /** Succeeds if Redis replies. */
    public Future<Void> ping() {
        return send(Command.PING).mapEmpty();
    }

    /** Returns one section of the server's {@code INFO} by name. */
    public Future<JsonObject> info(String section) {
        return send(Command.INFO, section).map(reply -> {
            JsonObject info = new JsonObject();
            for (String line : present(reply).toString().split("\r\n")) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    info.put(line.substring(0, colon), line.substring(colon + 1));
                }
            }
            return info;
        });
    }

    public synchronized Future<Void> close() {
        closed = true;
        redis.close();
        if (cluster != null) {
            cluster.close();
        }
        return Future.succeededFuture();
    }

    private static Request request(Command command, String script, List<String> keys, List<?> arguments) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        for (Object argument : arguments) {
            if (argument instanceof Buffer bytes) {
                request.arg(bytes);
            } else {
                request.arg(argument.toString());
            }
        }
        return request;
    }

    private synchronized Future<RedisConnection> connection() {
        if (closed) {
            return Future.failedFuture(new StoreUnavailableException("the connection to Redis is closed", null));
        }
        if (connection != null) {
            return connection;
        }
        if (System.nanoTime() - pausedUntilNanos < 0) {
            return Future.failedFuture(new StoreUnavailableException("Redis does not respond", null));
        }
        Future<RedisConnection> connecting = redis.connect();
        connection = connecting;
        connecting
                .onSuccess(open -> {
                    open.exceptionHandler(error -> lost(connecting, error));
                    open.endHandler(end -> lost(connecting, null));
                })
                .onFailure(error -> lost(connecting, error));
        return connecting;
    }

    private synchronized void lost(Future<RedisConnection> which, @Nullable Throwable error) {
        if (connection != which) {
            return;
        }
        connection = null;
        if (which.failed()) {
            pausedUntilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RECONNECT_PAUSE_MILLIS);
        } else {
            var unused = which.result().close();
        }
        if (!closed) {
            LOG.warn("DB_CONNECT_FAILURE {}", error == null ? "Redis closed the connection" : error.getMessage());
        }
    }

    /** Counts a call that timed out. */
    private synchronized void unanswered(Future<RedisConnection> which) {
        if (connection != which || closed || ++unanswered < MAX_UNANSWERED) {
            return;
        }
        LOG.warn("DB_CONNECT_FAILURE Redis did not respond to {} consecutive calls; reconnecting", unanswered);
        unanswered = 0;
        connection = null;
        // Releasing the connection is not enough: even one that is being opened keeps its place in the client's pool.
        redis.close();
        redis = Redis.createClient(vertx, options);
    }

    /** Keeps errors of the call itself; all other errors mean that the call may succeed later. */
    private static <T> Future<T> translate(Throwable error) {
        if (error instanceof StoreUnavailableException) {
            return Future.failedFuture(error);
        }
        String message = error.getMessage();
        if (isReply(error)) {
            StoreFault reason = StoreFault.of(String.valueOf(message));
            return Future.failedFuture(
                    reason == null ? error : new StoreUnavailableException(reason, "Redis responds " + message, error));
        }
        return Future.failedFuture(new StoreUnavailableException(
                "Redis does not respond" + (message == null ? "" : ": " + message), error));
    }

    private static boolean isReply(Throwable error) {
        return error instanceof Response response
                && response.type() == ResponseType.ERROR
                && !CONNECTION_CLOSED.equals(error.getMessage());
    }

    private static boolean isNoScript(Throwable error) {
        String message = error.getMessage();
        return message != null && message.startsWith("NOSCRIPT");
    }

    private static Response present(@Nullable Response response) {
        if (response == null) {
            throw new IllegalStateException("Redis returned no value where one was expected");
        }
        return response;
    }
}
