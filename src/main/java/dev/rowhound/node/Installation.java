package dev.rowhound.node;

import dev.rowhound.crawl.CrawlEngine;
import dev.rowhound.redis.EmbeddedRedis;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Finds what a node needs beside its jar, and installs what is missing. */
public final class Installation {
    private Installation() {}

    /**
     * Returns when everything is there.
     *
     * @param config the whole configuration, layers merged
     * @param home the folder that relative paths of the configuration start from
     * @param progress gets one line for each thing that takes a while
     * @return where each thing is, by a name for a person such as {@code Chromium}, in the order to show
     * @throws Exception if something cannot be had; the message is a sentence for a person
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
