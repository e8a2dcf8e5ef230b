package dev.rowhound;

import dev.rowhound.cli.Program;
import dev.rowhound.cli.RowhoundCommand;
import dev.rowhound.crawl.CrawlEngine;
import dev.rowhound.demo.DemoSite;
import dev.rowhound.redis.EmbeddedRedis;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** The program's entry; the commands do the rest. */
public final class Main {
    private Main() {}

    /** Runs the command that the arguments name, and exits with its code. */
    public static void main(String[] args) {
        System.exit(RowhoundCommand.run(
                args, new Program(Main.class, Node::start, Main::serveDemoSite, Main::install, LocalTrials::launch)));
    }

    private static void serveDemoSite(String host, int port, Path javadocJar, Duration idle) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            DemoSite.Config standard = DemoSite.Config.standard(javadocJar);
            DemoSite site = DemoSite.start(
                            vertx,
                            new DemoSite.Config(host, port, javadocJar, standard.slow(), standard.scriptDelay(), idle))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            site.ended().toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static Map<String, Path> install(JsonObject config, Path home, Consumer<String> progress) throws Exception {
        NodeConfig read = NodeConfig.read(config, home);
        Map<String, Path> found = new LinkedHashMap<>();
        CrawlEngine engine = new CrawlEngine(read.crawl(), read.data());
        engine.prepare(progress);
        found.putAll(engine.parts());
        if (read.redis().url() == null) {
            found.put("Redis", EmbeddedRedis.binary(read.redis().embedded(), read.data()));
        }
        return found;
    }
}
