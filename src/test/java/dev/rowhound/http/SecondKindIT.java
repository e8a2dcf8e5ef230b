package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.rowhound.job.WorkKind.Specification;
import dev.rowhound.job.WorkPolicy;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
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
    private static final KeyFormat KEYS = () -> "text";
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
        public List<String> fields() {
            return List.of("algorithm");
        }

        @Override
        public Future<Specification> specify(MultiMap fields) {
            JsonObject document = new JsonObject().put("kind", name()).put("algorithm", fields.get("algorithm"));
            return Future.succeededFuture(new Specification(document, name(), 1, KEYS, List.of("digest"), 0));
        }

        @Override
        public Work compile(JsonObject document) {
            return new Work(
                    this, KEYS, WorkPolicy.of(5000, 5000, new Attempts(2, 10, 10)), document.getString("algorithm"));
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

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("http.recipe_editors", "*"), List.of(new DigestKind()));
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static Form form() {
        return new Form().field("kind", "digest").field("algorithm", "SHA-256");
    }

    private static String upload(String file) throws Exception {
        Answer answer = api.upload(form().file(file));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    @Test
    void runsThroughAWholeNode() throws Exception {
        String job = upload("text\nabc\nagain\n");
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
        String job = upload("text\nslow\n");
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
    void aScheduleMakesJobsOfItToo() throws Exception {
        Form form = form().field("name", "digests").field("cron", "0 6 * * *");
        Answer answer = api.upload("/api/v1/schedules", form.file("text\nabc\n"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.json().getValue("recipe")).isNull();
    }

    @Test
    void refusesFieldsOfOtherKinds() throws Exception {
        JsonObject error = refused(form().field("recipe", "companies").file("text\nabc\n"), "unknown_field", "recipe");
        assertThat(error.getString("message")).contains("valid fields are algorithm, kind, column");
    }

    @Test
    void refusesAKindThatNobodyKnows() throws Exception {
        refused(new Form().field("kind", "riddle").file("text\nabc\n"), "unknown_kind", "kind");
    }

    @Test
    void refusesARecipeOfAKindThatNobodyKnows() throws Exception {
        Answer stored = RecipeCalls.put(
                api,
                RecipeCalls.RECIPES + "/riddle",
                RecipeCalls.recipe("riddle").put("kind", "riddle").encode());
        assertThat(stored.status()).as(stored.text()).isEqualTo(201);
        JsonObject error = refused(Form.of("riddle").file("text\nabc\n"), "unknown_kind", "kind");
        assertThat(error.getString("message")).contains("riddle", "digest, lookup");
    }

    private static JsonObject refused(Form form, String code, String field) throws Exception {
        Answer answer = api.upload(form);
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().getString("code")).as(answer.text()).isEqualTo(code);
        assertThat(answer.json().getString("field")).as(answer.text()).isEqualTo(field);
        return answer.json();
    }
}
