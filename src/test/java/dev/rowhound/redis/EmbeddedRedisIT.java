package dev.rowhound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.Await;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedRedisIT {
    private static final Vertx VERTX = Vertx.vertx();
    private static final RedisConfig.Embedded ANY = embedded(null);

    @TempDir
    Path data;

    private EmbeddedRedis redis;

    @AfterEach
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @AfterAll
    static void close() {
        Await.result(VERTX.close());
    }

    @Test
    void startsARedisOf7OrLaterOnLoopbackAndKeepsItsWrites() throws Exception {
        redis = EmbeddedRedis.start(ANY, data);

        assertThat(redis.url()).endsWith("@127.0.0.1:" + redis.port());
        String version = ask(redis.url(), Command.INFO, "server");
        assertThat(version).containsPattern("redis_version:([7-9]|\\d\\d)\\.");
        assertThat(ask(redis.url(), Command.INFO, "persistence")).contains("aof_enabled:1");
        assertThat(ask(redis.url(), Command.CONFIG, "GET", "appendfsync")).contains("everysec");
        assertThat(ask(redis.url(), Command.CONFIG, "GET", "bind")).contains("127.0.0.1");
        assertThat(EmbeddedRedis.binary(ANY, data)).isExecutable();
    }

    @Test
    void syncsEachWriteWhereThatIsWished() throws Exception {
        redis = EmbeddedRedis.start(new RedisConfig.Embedded(0, null, RedisConfig.Fsync.ALWAYS, 0), data);

        assertThat(ask(redis.url(), Command.CONFIG, "GET", "appendfsync")).contains("always");
    }

    @Test
    void hasABoundForItsMemory() throws Exception {
        redis = EmbeddedRedis.start(ANY, data);
        long standard = maxMemory();
        assertThat(standard).isBetween(256L << 20, 1L << 42);
        redis.close();

        redis = EmbeddedRedis.start(new RedisConfig.Embedded(0, null, RedisConfig.Fsync.EVERYSEC, 300), data);
        assertThat(maxMemory()).isEqualTo(300L << 20);
    }

    private long maxMemory() throws Exception {
        String told = ask(redis.url(), Command.CONFIG, "GET", "maxmemory");
        return Long.parseLong(told.replaceAll("[^0-9]", ""));
    }

    @Test
    void answersNobodyWithoutThePassword() throws Exception {
        redis = EmbeddedRedis.start(ANY, data);
        RedisConnector stranger = new RedisConnector(VERTX, "redis://127.0.0.1:" + redis.port(), 5000);

        assertThat(Await.failure(stranger.send(Command.GET, "a"))).hasMessageContaining("NOAUTH");
        Await.result(stranger.close());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("redis/redis.conf"))))
                .isEqualTo("rw-------");
    }

    @Test
    void takesAnotherPortWhereTheWishedOneIsBusy() throws Exception {
        redis = EmbeddedRedis.start(ANY, data);
        RedisConfig.Embedded wish = new RedisConfig.Embedded(redis.port(), null, RedisConfig.Fsync.EVERYSEC, 0);

        try (EmbeddedRedis second = EmbeddedRedis.start(wish, data.resolve("second"))) {
            assertThat(second.port()).isNotEqualTo(redis.port());
            assertThat(ask(second.url(), Command.PING)).isEqualTo("PONG");
        }
    }

    @Test
    void isStartedAgainOnItsPortWithItsDataWhenItIsKilled() throws Exception {
        redis = EmbeddedRedis.start(ANY, data);
        RedisConnector connector = new RedisConnector(VERTX, redis.url(), 5000);
        Await.result(connector.send(Command.SET, "a", "1"));
        long first = pid(data);

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        Await.until(
                "Redis answers again",
                () -> connector
                        .send(Command.GET, "a")
                        .map(answer -> answer.toString().equals("1"))
                        .otherwise(false)
                        .await());
        assertThat(pid(data)).isNotEqualTo(first);
        Await.result(connector.close());
    }

    @Test
    void aLogThatWasCutWithinAScriptIsReadTheSameAtEachLaterStart() throws Exception {
        String script = "redis.call('INCR', 'seq'); redis.call('RPUSH', 'events', redis.call('GET', 'seq')); return 1";
        redis = EmbeddedRedis.start(ANY, data);
        ask(redis.url(), Command.EVAL, script, 0);
        ask(redis.url(), Command.EVAL, script, 0);
        redis.close();
        cutLog(40);

        redis = EmbeddedRedis.start(ANY, data);
        assertThat(ask(redis.url(), Command.GET, "seq")).isEqualTo("1");
        ask(redis.url(), Command.EVAL, script, 0);
        redis.close();
        redis = EmbeddedRedis.start(ANY, data);

        assertThat(ask(redis.url(), Command.GET, "seq")).isEqualTo("2");
        assertThat(ask(redis.url(), Command.LRANGE, "events", 0, -1)).isEqualTo("[1, 2]");
    }

    /** Takes bytes from the end of Redis's log, as a power cut does. */
    private void cutLog(int bytes) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("redis/appendonlydir"))) {
            Path log = files.filter(file -> file.toString().endsWith(".incr.aof"))
                    .findFirst()
                    .orElseThrow();
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.truncate(channel.size() - bytes);
            }
        }
    }

    @Test
    void triesAgainNowAndThenWhileItCannotBeStarted() throws Exception {
        Path starts = data.resolve("starts");
        Path broken = data.resolve("broken");
        Path program = script("""
                case "$1" in --version) ;; *) echo start >> '%s';; esac
                if [ -e '%s' ]; then exit 1; fi
                exec '%s' "$@"
                """.formatted(starts, broken, EmbeddedRedis.binary(ANY, data)));
        redis = EmbeddedRedis.start(embedded(program), data);
        RedisConnector connector = new RedisConnector(VERTX, redis.url(), 5000);
        Await.result(connector.send(Command.SET, "a", "1"));

        Files.createFile(broken);
        long began = System.nanoTime();
        ProcessHandle.of(pid(data)).orElseThrow().destroyForcibly();
        Await.until("it was tried three times", () -> Files.readAllLines(starts).size() >= 4);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isGreaterThan(500);
        Files.delete(broken);

        Await.until(
                "Redis answers again",
                () -> connector
                        .send(Command.GET, "a")
                        .map(answer -> answer.toString().equals("1"))
                        .otherwise(false)
                        .await());
        Await.result(connector.close());
    }

    @Test
    void leavesNoProcessWhenItIsClosed() throws Exception {
        redis = EmbeddedRedis.start(ANY, data);
        List<ProcessHandle> family = family(pid(data));
        assertThat(family).hasSizeGreaterThanOrEqualTo(2);

        redis.close();

        for (ProcessHandle process : family) {
            Await.until("process " + process.pid() + " is gone", () -> gone(process));
        }
        try (EmbeddedRedis next = EmbeddedRedis.start(ANY, data)) {
            assertThat(next.port()).isPositive();
        }
    }

    @Test
    void endsWithTheJvmThatStartedItAndLeavesItsDataToTheNext() throws Exception {
        try (Predecessor predecessor = new Predecessor(data)) {
            ask(predecessor.url, Command.SET, "a", "1");
            List<ProcessHandle> family = family(pid(data));

            predecessor.process.destroyForcibly().waitFor();

            // At once: it may still be writing its data.
            redis = EmbeddedRedis.start(ANY, data);
            assertThat(ask(redis.url(), Command.GET, "a")).isEqualTo("1");
            for (ProcessHandle process : family) {
                Await.until("process " + process.pid() + " is gone", () -> gone(process));
            }
        }
    }

    @Test
    void endsByItselfWhenItsJvmIsKilled() throws Exception {
        try (Predecessor predecessor = new Predecessor(data)) {
            List<ProcessHandle> family = family(pid(data));

            predecessor.process.destroyForcibly().waitFor();

            for (ProcessHandle process : family) {
                Await.until("process " + process.pid() + " is gone", () -> gone(process));
            }
        }
    }

    @Test
    void takesOverFromAPredecessorThatNothingEnds() throws Exception {
        try (Predecessor predecessor = new Predecessor(data)) {
            ask(predecessor.url, Command.SET, "a", "1");
            long orphan = pid(data);
            List<ProcessHandle> family = family(orphan);
            // Frozen first, or it would start the next Redis.
            RedisProcess.signal("STOP", predecessor.process.pid());
            family.stream().filter(process -> process.pid() != orphan).forEach(ProcessHandle::destroyForcibly);
            predecessor.process.destroyForcibly().waitFor();
            assertThat(ask(predecessor.url, Command.GET, "a")).isEqualTo("1");

            redis = EmbeddedRedis.start(ANY, data);

            assertThat(ask(redis.url(), Command.GET, "a")).isEqualTo("1");
            assertThat(pid(data)).isNotEqualTo(orphan);
            assertThat(ProcessHandle.of(orphan).map(EmbeddedRedisIT::gone).orElse(true))
                    .isTrue();
        }
    }

    @Test
    void sparesAProcessThatHasGotTheNumberOfAPredecessor() throws Exception {
        Process other = new ProcessBuilder("cat").start();
        Files.createDirectories(data.resolve("redis"));
        Files.writeString(data.resolve("redis/redis.pid"), other.pid() + "\n");

        redis = EmbeddedRedis.start(ANY, data);

        assertThat(other.isAlive()).isTrue();
        other.destroy();
    }

    @Test
    void saysWhatIsWrongWithABinary() throws Exception {
        Path missing = data.resolve("redis-server");
        assertThatThrownBy(() -> EmbeddedRedis.start(embedded(missing), data))
                .isInstanceOf(IOException.class)
                .hasMessage("redis.embedded.binary is " + missing
                        + ", which is not a redis-server 7.0 or later; set the path of one, or omit the key");

        Path old = script("echo 'Redis server v=6.2.11 sha=00000000:0 malloc=libc bits=64'\n");
        assertThatThrownBy(() -> EmbeddedRedis.start(embedded(old), data))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a redis-server 7.0 or later");
    }

    @Test
    void saysWhyRedisDoesNotStart() throws Exception {
        Path program = script("""
                case "$1" in --version) echo 'Redis server v=7.0.15 sha=0';; *) echo 'the disk is full'; exit 1;; esac
                """);

        assertThatThrownBy(() -> EmbeddedRedis.start(embedded(program), data))
                .isInstanceOf(IOException.class)
                .hasMessage("Redis did not start: the disk is full (see " + data.resolve("redis/start.log") + ")");
    }

    /** A JVM of its own with its Redis, to be killed. */
    private static final class Predecessor implements AutoCloseable {
        final Process process;
        final String url;

        Predecessor(Path data) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RedisProgram.class.getName(),
                            data.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader output = process.inputReader();
            String line = output.readLine();
            while (line != null && !line.startsWith("URL ")) {
                line = output.readLine();
            }
            assertThat(line).as("the program's address").isNotNull();
            url = line.substring("URL ".length());
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static RedisConfig.Embedded embedded(Path binary) {
        return new RedisConfig.Embedded(0, binary == null ? null : binary.toString(), RedisConfig.Fsync.EVERYSEC, 0);
    }

    private Path script(String text) throws IOException {
        Path script = data.resolve("program.sh");
        Files.writeString(
                script, "#!/bin/sh\n" + text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    private static String ask(String url, Command command, Object... arguments) {
        RedisConnector connector = new RedisConnector(VERTX, url, 5000);
        try {
            return Await.result(connector.send(command, arguments)).toString();
        } finally {
            Await.result(connector.close());
        }
    }

    private static long pid(Path data) throws IOException {
        return Long.parseLong(Files.readString(data.resolve("redis/redis.pid")).strip());
    }

    /** Redis, the shell that started it, and that shell's other children. */
    private static List<ProcessHandle> family(long redis) {
        ProcessHandle wrapper =
                ProcessHandle.of(redis).flatMap(ProcessHandle::parent).orElseThrow();
        return Stream.concat(Stream.of(wrapper), wrapper.descendants()).toList();
    }

    /** Whether a process runs no more; one that is dead may stay in the list until somebody asks for its end. */
    private static boolean gone(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return !process.isAlive();
        }
    }
}
