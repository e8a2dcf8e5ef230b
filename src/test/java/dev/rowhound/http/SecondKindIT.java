package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.job.Attempts;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.KeyFormat;
import dev.rowhound.job.Processor;
import dev.rowhound.job.Work;
import dev.rowhound.job.WorkKind;
import dev.rowhound.job.WorkPolicy;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A kind of work that no part of a node has heard of, from the upload to the results. */
class SecondKindIT {
    private static final CountDownLatch heard = new CountDownLatch(1);
    private static TestNode node;
    private static Api api;

    /** Digests a row's text; a row that says "again" fails its first attempt. */
    private static final class DigestKind implements WorkKind, Processor {
        private final Map<String, Boolean> failed = new ConcurrentHashMap<>();

        @Override
        public String name() {
            return "digest";
        }

        @Override
        public Work compile(JsonObject specification) {
            return new Work(this, new AnyKey(), WorkPolicy.of(5000, 5000, new Attempts(2, 10, 10)), "SHA-256");
        }

        @Override
        public Processor newProcessor() {
            return this;
        }

        @Override
        public ItemResult process(ItemInput input, ItemContext context) throws Exception {
            if (input.key().equals("again") && failed.put("again", true) == null) {
                return ItemResult.failed(ErrorCode.INTERNAL, "not yet", null);
            }
            while (input.key().equals("slow") && !heard.await(100, TimeUnit.MILLISECONDS)) {
                context.progress(60, "digesting");
            }
            MessageDigest digest = MessageDigest.getInstance((String) input.plan());
            byte[] bytes = digest.digest(input.columns().get("text").getBytes(StandardCharsets.UTF_8));
            return ItemResult.found(
                    new JsonObject().put("digest", HexFormat.of().formatHex(bytes)));
        }

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }

    private record AnyKey() implements KeyFormat {
        @Override
        public String column() {
            return "text";
        }

        @Override
        public String normalise(String raw) {
            return raw;
        }

        @Override
        public String problem(String key) {
            return null;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("http.recipe_editors", "*"), List.of(new DigestKind()));
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static String upload(String kind, String file) throws Exception {
        JsonObject recipe = RecipeCalls.recipe(kind)
                .put("kind", kind)
                .put("input", new JsonObject().put("column", "text"))
                .put("extract", new JsonObject().put("digest", new JsonObject().put("selector", "p")));
        Answer stored = RecipeCalls.put(api, RecipeCalls.RECIPES + "/" + kind, recipe.encode());
        assertThat(stored.status()).as(stored.text()).isIn(200, 201);
        Answer answer = api.upload(Form.of(kind).file(file));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    @Test
    void runsThroughAWholeNode() throws Exception {
        String job = upload("digest", "text\nabc\nagain\n");
        JsonObject end = api.awaitEnd(job);
        assertThat(end.getString("state")).isEqualTo("completed");
        assertThat(end.getJsonObject("counters").getInteger("found")).isEqualTo(2);
        assertThat(api.items(job, "state=found"))
                .extracting(row -> row.getInteger("attempts"))
                .containsExactly(1, 2);
        assertThat(api.get(Api.JOBS + "/" + job + "/results?format=csv").text())
                .contains("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void watchersHearHowFarAnItemIsOutsideOfTheSequence() throws Exception {
        String job = upload("digest", "text\nslow\n");
        HttpRequest request = HttpRequest.newBuilder(node.address().resolve(Api.JOBS + "/" + job + "/events"))
                .build();
        List<String> progress = new ArrayList<>();
        try (Stream<String> lines =
                HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
            String[] type = {""};
            lines.forEach(line -> {
                if (line.startsWith("event: ")) {
                    type[0] = line.substring("event: ".length());
                } else if (type[0].equals("item.progress")) {
                    progress.add(line);
                    heard.countDown();
                }
            });
        }
        // Without an id, so that a watcher comes back behind the last event that counts.
        assertThat(progress).hasSizeGreaterThanOrEqualTo(2).noneMatch(line -> line.startsWith("id:"));
        assertThat(new JsonObject(progress.get(0).substring("data: ".length())))
                .isEqualTo(new JsonObject()
                        .put("v", 1)
                        .put("type", "item.progress")
                        .put("job", job)
                        .put("row", 1)
                        .put("key", "slow")
                        .put("percent", 60)
                        .put("word", "digesting"));
        assertThat(api.job(job).getString("state")).isEqualTo("completed");
    }

    @Test
    void aKindThatNobodyKnowsPausesItsJobWithAReason() throws Exception {
        String job = upload("riddle", "text\nabc\n");
        JsonObject paused = Await.until(
                "the pause",
                () -> api.job(job),
                found -> found.getString("state").equals("paused"));
        assertThat(paused.getJsonObject("reason").getString("code")).isEqualTo("unknown_kind");
        assertThat(paused.getJsonObject("reason").getString("message")).contains("riddle", "digest, lookup");
    }
}
