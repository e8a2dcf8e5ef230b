package dev.rowhound.fault;

import dev.rowhound.Await;
import dev.rowhound.redis.Keys;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three nodes, one of which is killed on the way, ask a host together no faster than its recipe says: in any stretch of
 * time there are at most burst + rate x time starts. Once where all rows are of one host, which is asked before rows are
 * taken; once where each row has its own address, so that rows are held.
 */
final class Politeness {
    private static final int ROWS = 100;
    private static final int RATE_PER_SECOND = 20;
    private static final int BURST = 5;

    /** A start is told of later than its pass was given: by the calls in between, on a busy machine. */
    private static final long DELAYED_MILLIS = 1000;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Politeness() {}

    static void write(Path recipes) throws IOException {
        write(recipes, "onehost", "http://onehost.test/{key}");
        write(recipes, "ownhost", "http://{site}/{key}");
    }

    private static void write(Path recipes, String name, String url) throws IOException {
        JsonObject recipe = new JsonObject(Sheet.recipe(3)).put("name", name);
        recipe.getJsonObject("input").remove("pattern");
        recipe.getJsonObject("start").put("url", url);
        recipe.put(
                "politeness",
                new JsonObject().put("rate_per_minute", RATE_PER_SECOND * 60).put("burst", BURST));
        Files.writeString(recipes.resolve(name + ".json"), recipe.encodePrettily());
    }

    static void check(Cluster cluster) throws Exception {
        cluster.awaitNodes();
        check(cluster, "onehost");
        check(cluster, "ownhost");
    }

    private static void check(Cluster cluster, String recipe) throws Exception {
        String site = recipe + ".test";
        String file = IntStream.rangeClosed(1, ROWS)
                .mapToObj(row -> Kind.FOUND.key(row) + "," + site)
                .collect(Collectors.joining("\n", "key,site\n", "\n"));
        NodeApi.Answer answer = NodeApi.upload(
                cluster.anyNode(new Random(1)),
                NodeApi.JOBS,
                UUID.randomUUID().toString(),
                recipe,
                file.getBytes(StandardCharsets.UTF_8));
        if (answer.status() != 202) {
            throw new AssertionError("the upload was answered " + answer);
        }
        String job = answer.json().getString("id");
        try (RespClient redis = cluster.redis().client()) {
            Await.until(
                    "rows of " + recipe + " start",
                    LIMIT,
                    () -> starts(redis, job).size() > ROWS / 4);
            cluster.nodes().get(1).kill();
            Await.until(
                    "the job of " + recipe + " completes",
                    LIMIT,
                    () -> redis.text("HGET", Keys.job(job).meta(), "state").equals("completed"));
            List<Long> starts = starts(redis, job);
            if (starts.size() < ROWS) {
                throw new AssertionError("there were " + starts.size() + " starts of " + ROWS + " rows");
            }
            for (int first = 0; first < starts.size(); first++) {
                for (int last = first; last < starts.size(); last++) {
                    long millis = starts.get(last) - starts.get(first) + DELAYED_MILLIS;
                    if (last - first + 1 > BURST + RATE_PER_SECOND * millis / 1000.0) {
                        throw new AssertionError(recipe + ": " + (last - first + 1) + " starts within "
                                + (starts.get(last) - starts.get(first)) + " ms");
                    }
                }
            }
        }
    }

    /** The times of the starts in milliseconds, in order. */
    private static List<Long> starts(RespClient redis, String job) throws IOException {
        List<Long> starts = new ArrayList<>();
        for (Object entry : (List<?>) redis.call("XRANGE", Keys.job(job).events(), "-", "+")) {
            List<?> fields = (List<?>) ((List<?>) entry).get(1);
            int type = fields.indexOf("t");
            if (fields.get(type + 1).equals("item.started")) {
                starts.add(Long.valueOf((String) fields.get(fields.indexOf("a") + 1)));
            }
        }
        return starts;
    }
}
