package dev.rowhound.node;

import dev.rowhound.artifact.ArtifactConfig;
import dev.rowhound.cluster.ClusterConfig;
import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.crawl.CrawlConfig;
import dev.rowhound.http.HttpConfig;
import dev.rowhound.http.ManagementConfig;
import dev.rowhound.http.probe.ProbeConfig;
import dev.rowhound.limit.LimitConfig;
import dev.rowhound.limit.QuotaConfig;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.redis.RedisConfig;
import dev.rowhound.worker.WorkerConfig;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Set;

/**
 * The configuration of a node, with a section for each feature.
 *
 * @param roles the node's roles
 * @param data the folder for the node's files
 * @param recipes the folder of recipes
 * @param http the public port
 * @param management the management port
 * @param probe the limits of the doctor's probes
 * @param redis the store
 * @param cluster the cluster that shares an event bus
 * @param artifacts the artifact store
 * @param queue leases and retention
 * @param limit the rate limits of hosts
 * @param quota the quotas of users
 * @param worker the workers
 * @param crawl browsers
 * @param compatRecipe the recipe of uploads to the old API
 */
record NodeConfig(
        Set<Role> roles,
        Path data,
        Path recipes,
        HttpConfig http,
        ManagementConfig management,
        ProbeConfig probe,
        RedisConfig redis,
        ClusterConfig cluster,
        ArtifactConfig artifacts,
        QueueConfig queue,
        LimitConfig limit,
        QuotaConfig quota,
        WorkerConfig worker,
        CrawlConfig crawl,
        String compatRecipe) {

    enum Role {
        /** Serves the page and the API. */
        WEB,
        /** Looks up rows. */
        WORKER
    }

    /**
     * Reads the merged configuration.
     *
     * @param home the base of relative paths
     * @throws dev.rowhound.config.InvalidConfigException with all problems
     */
    static NodeConfig read(JsonObject config, Path home) {
        Problems problems = new Problems("the configuration");
        JsonReader reader = new JsonReader(config, problems);
        reader.object("log").string("level", "info");
        Set<Role> roles = Set.copyOf(reader.choices("roles", Role.class));
        if (!reader.has("roles") || reader.isEmptyList("roles")) {
            reader.problem("roles", "is empty; set \"web\", \"worker\" or both");
        }
        NodeConfig read = new NodeConfig(
                roles,
                home.resolve(reader.string("data", "data")),
                home.resolve(reader.string("recipes", "conf/recipes")),
                HttpConfig.from(reader.object("http")),
                ManagementConfig.from(reader.object("management")),
                ProbeConfig.from(reader.object("probe")),
                RedisConfig.from(reader.object("redis")),
                ClusterConfig.from(reader.object("cluster")),
                ArtifactConfig.from(reader.object("artifacts"), home),
                QueueConfig.from(reader.object("queue")),
                LimitConfig.from(reader.object("limit")),
                QuotaConfig.from(reader.object("quota")),
                WorkerConfig.from(reader.object("worker")),
                CrawlConfig.from(reader.object("crawl")),
                reader.object("compat").string("recipe", "companies"));
        if (read.redis().url() == null) {
            if (read.cluster().enabled()) {
                reader.object("redis").problem("url", "is missing; the nodes of a cluster share one Redis");
            } else if (roles.size() == 1) {
                reader.object("redis")
                        .problem("url", "is missing; a node with one role shares its Redis with those of the other");
            }
        }
        reader.end();
        problems.throwIfAny();
        return read;
    }

    boolean has(Role role) {
        return roles.contains(role);
    }
}
