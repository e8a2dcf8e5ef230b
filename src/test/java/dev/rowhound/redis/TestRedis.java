package dev.rowhound.redis;

import dev.rowhound.Await;
import dev.rowhound.Folders;
import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.artifact.FolderArtifactStore;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A Redis for tests: one for all classes of a run, empty before each test. A class with
 * {@code @ExtendWith(TestRedis.Extension.class)} takes it as a parameter of its constructor.
 */
public final class TestRedis implements AutoCloseable {
    private final Path folder;
    private final EmbeddedRedis server;
    private final Vertx vertx = Vertx.vertx();
    private final RedisConnector connector;

    private TestRedis() {
        try {
            folder = Files.createTempDirectory("rowhound-test-redis");
            server = EmbeddedRedis.start(
                    new RedisConfig.Embedded(0, null, RedisConfig.Fsync.EVERYSEC, 0), folder.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connector = new RedisConnector(vertx, server.url(), 10_000);
    }

    /** One of its own for a class, which has to close it; for engines that know nothing of the extension. */
    public static TestRedis start() {
        return new TestRedis();
    }

    /** What calls fail with while a store does not answer. */
    public static StoreUnavailableException away() {
        return new StoreUnavailableException("the store is away", null);
    }

    /** Hands the Redis to test classes, and ends it after the last one. */
    public static final class Extension implements BeforeEachCallback, ParameterResolver {
        @Override
        public void beforeEach(ExtensionContext context) {
            of(context).send(Command.FLUSHALL, "SYNC");
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == TestRedis.class;
        }

        @Override
        public TestRedis resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return of(context);
        }

        private static TestRedis of(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .getOrComputeIfAbsent(TestRedis.class, type -> new TestRedis(), TestRedis.class);
        }
    }

    /** A connector that all tests share. */
    public RedisConnector connector() {
        return connector;
    }

    /** A store for files, which go after the last test. */
    public ArtifactStore artifacts() {
        try {
            return new FolderArtifactStore(artifactFolder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of {@link #artifacts}. */
    public Path artifactFolder() {
        return folder.resolve("artifacts");
    }

    /** Where the connector lives. */
    public Vertx vertx() {
        return vertx;
    }

    /** The address, with the password. */
    public String url() {
        return server.url();
    }

    /** Sends one command and waits for its answer. */
    public Response send(Command command, Object... arguments) {
        return Await.result(connector.send(command, arguments));
    }

    /** An answer's text, empty for none; a character a byte. */
    public static String bytes(Response response) {
        return response == null ? "" : response.toString(StandardCharsets.ISO_8859_1);
    }

    /** The elements of an answer, as texts. */
    public List<String> list(Command command, Object... arguments) {
        return send(command, arguments).stream().map(Response::toString).toList();
    }

    /** A hash, as texts. */
    public Map<String, String> hash(String key) {
        Response answer = send(Command.HGETALL, key);
        Map<String, String> hash = new LinkedHashMap<>();
        answer.getKeys().forEach(field -> hash.put(field, answer.get(field).toString()));
        return hash;
    }

    /** A sorted set: its members with their scores, the lowest first. */
    public Map<String, Double> scores(String key) {
        Map<String, Double> scores = new LinkedHashMap<>();
        for (Response pair : send(Command.ZRANGE, key, 0, -1, "WITHSCORES")) {
            scores.put(pair.get(0).toString(), pair.get(1).toDouble());
        }
        return scores;
    }

    /** Everything that is stored of a job, to see whether a call has changed anything. */
    public Map<String, String> dump(String job) {
        Map<String, String> dump = new LinkedHashMap<>();
        for (String key : Keys.job(job).all()) {
            // A large hash has no order: it changes with what Redis does in the background.
            boolean hash = send(Command.TYPE, key).toString().equals("hash");
            dump.put(key, hash ? new TreeMap<>(hash(key)).toString() : bytes(send(Command.DUMP, key)));
        }
        return dump;
    }

    /** The number of the process. */
    public long pid() {
        return Long.parseLong(Await.result(connector.info("server")).getString("process_id"));
    }

    @Override
    public void close() throws IOException {
        Await.result(connector.close());
        Await.result(vertx.close());
        server.close();
        Folders.delete(folder);
    }
}
