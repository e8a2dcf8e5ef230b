package dev.rowhound.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is killed in the middle of a job loses nothing of it and leaves nothing behind. */
class KillIT {
    private static final Duration A_WHILE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private ServedNode latest;

    @AfterEach
    void endNode() throws Exception {
        if (latest != null) {
            latest.close();
        }
    }

    @Test
    void aJobGoesOnByItselfAfterEachKillAndCountsEveryRowOnce() throws Exception {
        // Rows that wait for a time-out would only make the test long.
        Sample sample = Sample.of(80, note -> !note.equals("never answers") && !note.equals("answers after 5 s"));
        try (DemoSiteServer site = DemoSiteServer.start(Files.createDirectory(folder.resolve("site")))) {
            // A kill uses up an attempt of the rows that are looked up: the one that the site fails twice needs more.
            ServedNode.writeRecipe(folder, site.address(), 7000, 6);
            ServedNode first = start(Map.of());
            String job = first.upload(sample.write(folder.resolve("rows.csv")));
            try (Watcher watcher = Watcher.of(first, job)) {
                Map<String, String> samePort =
                        Map.of("http.port", Integer.toString(first.address().getPort()));

                watcher.awaitEnded(25, A_WHILE);
                List<String> left = first.temporaryFiles();
                Family children = killOnly(first);
                assertGone(children);
                ServedNode second = start(samePort);
                assertThat(left).as("temporary files at the kill").isNotEmpty();
                assertThat(second.temporaryFiles()).doesNotContainAnyElementsOf(left);

                watcher.awaitEnded(50, A_WHILE);
                left = second.temporaryFiles();
                assertGone(killWithChildren(second));
                try (ServedNode third = start(samePort)) {
                    assertThat(third.temporaryFiles()).doesNotContainAnyElementsOf(left);
                    watcher.awaitEnd(A_WHILE);
                    assertWhole(sample, third, job, watcher);
                }
            }
        }
        assertThat(ServedNode.names(folder.resolve("tmp")))
                .as("what the three nodes left in the system's temporary folder")
                .isEmpty();
        assertThat(ServedNode.names(folder.resolve("data").resolve("tmp"))).isEmpty();
    }

    @Test
    void aQuestionOfAKilledNodeIsAskedAnewAndAnswered() throws Exception {
        try (DemoSiteServer site = DemoSiteServer.start(Files.createDirectory(folder.resolve("site")))) {
            ServedNode.writeRecipe(folder, "examples/recipes/6-register.json", recipe -> {
                String url = recipe.getJsonObject("start").getString("url");
                recipe.getJsonObject("start").put("url", url.replaceFirst("http://[^/]+", site.address() + ""));
            });
            ServedNode first = start(Map.of());
            String job = first.upload(Files.writeString(folder.resolve("rows.csv"), "3600101238\n"));
            String left = question(first, job, "");
            assertGone(killOnly(first));

            ServedNode second = start(Map.of());
            String anew = question(second, job, left);
            assertThat(second.answer(job, 1, left, "12345")).isEqualTo(409);
            assertThat(second.answer(job, 1, anew, site.captcha())).isEqualTo(200);
            Await.until(
                    "the job's end",
                    A_WHILE,
                    () -> second.job(job).getString("state").equals("completed"));
            assertThat(nonZero(second.job(job).getJsonObject("counters"))).isEqualTo(Map.of("found", 1L));
            try (Stream<String> results = second.results(job)) {
                assertThat(results.collect(Collectors.joining("\n"))).contains("R-");
            }
        }
    }

    /** The id of the question that the job's one row waits for, once it is another one than that. */
    private static String question(ServedNode node, String job, String butNot) throws Exception {
        AtomicReference<String> id = new AtomicReference<>();
        Await.until("a question", A_WHILE, () -> {
            JsonArray questions = node.job(job).getJsonArray("questions", new JsonArray());
            questions.forEach(
                    each -> id.set(((JsonObject) each).getJsonObject("question").getString("id")));
            return id.get() != null && !id.get().equals(butNot);
        });
        return id.get();
    }

    private ServedNode start(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("queue.lease_ms", "1000");
        latest = ServedNode.start(folder, "256m", settings);
        return latest;
    }

    /** As {@code kill -9} of the node: its children have to notice by themselves. */
    private static Family killOnly(ServedNode node) throws Exception {
        Family children = Family.of(node.process().handle());
        assertThat(children.commands())
                .as("the node's children")
                .anyMatch(command -> command.contains("redis-server"))
                .anyMatch(command -> command.contains("rowhound-redis"))
                .anyMatch(command -> command.contains("run-driver"))
                .anyMatch(command -> command.contains("--user-data-dir="));
        node.process().kill();
        return children;
    }

    /** As a lack of memory that takes the whole group: Redis has no time for its last writes. */
    private static Family killWithChildren(ServedNode node) throws Exception {
        Family children = Family.of(node.process().handle());
        node.process().kill();
        children.kill();
        return children;
    }

    private static void assertGone(Family children) throws Exception {
        try {
            Await.until("all children are gone", Duration.ofSeconds(10), children::isGone);
        } finally {
            String survivors = children.survivors();
            children.kill();
            assertThat(survivors).as("children that outlive the node").isEmpty();
        }
    }

    private static void assertWhole(Sample sample, ServedNode node, String job, Watcher watcher) throws Exception {
        List<JsonObject> events = watcher.events();
        assertThat(watcher.resets()).as("resets, of which a kill needs none").isZero();
        assertThat(events)
                .extracting(event -> event.getInteger("seq"))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, events.size()).boxed().toList());
        assertThat(events)
                .as("rows that a killed node had in its hands")
                .anyMatch(event -> event.getString("type").equals("item.retrying")
                        && event.getJsonObject("error").getString("code").equals("worker_lost"));

        assertThat(Sample.results(node.results(job).collect(Collectors.joining("\n"))))
                .containsExactlyElementsOf(sample.expected());

        JsonObject snapshot = node.job(job);
        assertThat(snapshot.getString("state")).isEqualTo("completed");
        assertThat(snapshot.getInteger("total")).isEqualTo(sample.size());
        Map<String, Long> expected = sample.expected().stream()
                .skip(1)
                .collect(Collectors.groupingBy(row -> row.get(3), Collectors.counting()));
        assertThat(nonZero(snapshot.getJsonObject("counters"))).isEqualTo(expected);
        JsonObject last = events.get(events.size() - 1).getJsonObject("counters");
        last.remove("total");
        assertThat(nonZero(last)).isEqualTo(expected);
    }

    private static Map<String, Long> nonZero(JsonObject counters) {
        return counters.fieldNames().stream()
                .filter(state -> counters.getLong(state) > 0)
                .collect(Collectors.toMap(state -> state, counters::getLong));
    }
}
