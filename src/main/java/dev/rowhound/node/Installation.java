package dev.rowhound.node;

import dev.rowhound.crawl.CrawlEngine;
import dev.rowhound.redis.EmbeddedRedis;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Finds the programs that a node needs and installs missing ones. */
public final class Installation {
    private Installation() {}

    /**
     * Blocks until all programs are available.
     *
     * @param config the merged configuration
     * @param home the base of relative paths in the configuration
     * @param progress receives a line about each slow step
     * @return the paths by display name, such as {@code Chromium}, in display order
     * @throws Exception if a program is unavailable; the message is a sentence for people
     */
    public static Map<String, Path> complete(JsonObject config, Path home, Consumer<String> progress) throws Exception {
        NodeConfig read = NodeConfig.read(config, home);
        try (CrawlEngine engine = new CrawlEngine(read.crawl(), read.data())) {
            engine.prepare(progress);
            Map<String, Path> found = new LinkedHashMap<>(engine.parts());
            if (read.redis().url() == null) {
                found.put("Redis", EmbeddedRedis.binary(read.redis().embedded(), read.data()));
            }
            return found;
        }
    }
}
