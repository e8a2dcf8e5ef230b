package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ItemState;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventSchemaTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final JsonObject ERROR = new JsonObject()
            .put("code", "timeout")
            .put("message", "The page did not answer within 10 s.")
            .put("step", "start");
    private static final JsonObject REASON = new JsonObject()
            .put("code", "bad_row")
            .put("message", "The quote that opens in line 17 is never closed.")
            .put("line", 17);

    @AfterAll
    static void close() {
        VERTX.close().await();
    }

    @ParameterizedTest
    @MethodSource("good")
    void allowsEachType(JsonObject event) {
        assertThat(EventSchema.check(VERTX, event)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("good")
    void allowsFieldsOfLaterVersions(JsonObject event) {
        JsonObject later = event.copy().put("host", "a.example");
        later.getJsonObject("counters").put("skipped", 1);
        assertThat(EventSchema.check(VERTX, later)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("good")
    void refusesAnEventWithoutOneOfItsFields(JsonObject event) {
        for (String field : List.copyOf(event.fieldNames())) {
            if (!field.equals("rows") || event.getString("type").equals("rows.rejected")) {
                JsonObject poorer = event.copy();
                poorer.remove(field);
                assertThat(EventSchema.check(VERTX, poorer))
                        .as("%s without %s", event.getString("type"), field)
                        .isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refusesWrongValues(JsonObject event) {
        assertThat(EventSchema.check(VERTX, event)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"job.held", "item.asked", "reset"})
    void doesNotListTypesThatNobodySends(String type) {
        assertThat(EventSchema.check(VERTX, event(type, Map.of()))).isNotEmpty();
    }

    @Test
    void countsTheStatesThatThereAre() {
        JsonObject schema =
                VERTX.fileSystem().readFileBlocking("event.schema.json").toJsonObject();
        JsonArray counted =
                schema.getJsonObject("$defs").getJsonObject("counters").getJsonArray("required");
        assertThat(counted.getList())
                .isEqualTo(Stream.concat(Arrays.stream(ItemState.values()).map(ItemState::wire), Stream.of("total"))
                        .toList());
    }

    static Stream<JsonObject> good() {
        JsonObject receiving = event("job.receiving", Map.of());
        receiving.getJsonObject("counters").putNull("total");
        return Stream.of(
                receiving,
                event("job.running", Map.of()),
                event("job.completed", Map.of()),
                event("job.failed", Map.of("reason", REASON)),
                event("job.cancelled", Map.of()),
                event("job.paused", Map.of("reason", REASON)),
                asking(),
                event(
                        "item.answered",
                        Map.of("row", 12, "key", "0100109106", "question", new JsonObject().put("id", "3f9a01bc"))),
                event("job.resumed", Map.of()),
                event("job.retrying", Map.of("codes", new JsonArray().add("timeout"))),
                event("item.held", Map.of("row", 12, "key", "0100109106", "host", "a.example", "wait_ms", 1500)),
                event("item.started", Map.of("row", 12, "key", "0100109106")),
                found(),
                found().put("rows", 3),
                failed(),
                failed().put("state", "blocked"),
                failed().put("state", "cancelled").putNull("error").put("attempts", 0),
                event(
                        "item.retrying",
                        Map.of("row", 12, "key", "0100109106", "error", ERROR, "attempt", 1, "delay_ms", 850)),
                event("rows.rejected", Map.of("rows", JsonArray.of(4, 9), "errors", JsonArray.of(ERROR, ERROR))),
                event("rows.repeated", Map.of("count", 2)));
    }

    static Stream<JsonObject> bad() {
        JsonObject unsealed = event("job.completed", Map.of());
        unsealed.getJsonObject("counters").putNull("total");
        JsonObject negative = event("job.cancelled", Map.of());
        negative.getJsonObject("counters").put("waiting", -1);
        return Stream.of(
                unsealed,
                negative,
                event("job.running", Map.of()).put("seq", 0),
                event("job.running", Map.of()).put("v", 2),
                event("job.running", Map.of()).put("job", "17"),
                event("job.running", Map.of()).put("at", "yesterday"),
                event("job.failed", Map.of("reason", "bad_row")),
                event("job.paused", Map.of("reason", "sample")),
                event("item.needs_human", Map.of("row", 12, "key", "0100109106", "question", new JsonObject())),
                failed().put("evidence", new JsonArray()),
                failed().put("visit", new JsonObject()),
                found().put("row", 0),
                found().put("state", "running"),
                found().put("error", ERROR),
                found().put("rows", 1),
                failed().putNull("error"),
                failed().put("fields", new JsonObject().put("name", "A")),
                event(
                        "item.retrying",
                        Map.of("row", 12, "key", "0100109106", "error", ERROR, "attempt", 0, "delay_ms", 850)),
                event("rows.rejected", Map.of("rows", new JsonArray(), "errors", new JsonArray())),
                event("rows.repeated", Map.of("count", 0)));
    }

    private static JsonObject found() {
        return event("item.ended", Map.of("row", 12, "key", "0100109106", "state", "found", "attempts", 1))
                .put("fields", new JsonObject().put("name", "A"))
                .putNull("error");
    }

    private static JsonObject asking() {
        JsonObject question = new JsonObject()
                .put("id", "3f9a01bc")
                .put("prompt", "Type the letters.")
                .put("text", true)
                .put("page", "https://a.example/")
                .putNull("picture")
                .put("rejected", false)
                .put("tries_left", 3)
                .put("until", "2026-11-22T04:01:00.123Z");
        return event("item.needs_human", Map.of("row", 12, "key", "0100109106", "question", question));
    }

    private static JsonObject failed() {
        return event("item.ended", Map.of("row", 12, "key", "0100109106", "state", "failed", "attempts", 3))
                .put("fields", new JsonObject())
                .put("error", ERROR);
    }

    private static JsonObject event(String type, Map<String, Object> own) {
        JsonObject counters = new JsonObject();
        for (ItemState state : ItemState.values()) {
            counters.put(state.wire(), 0);
        }
        JsonObject event = new JsonObject()
                .put("v", 1)
                .put("id", "17.9f3a01bc")
                .put("seq", 17)
                .put("type", type)
                .put("job", "3f0c7f6e-8a55-4f0e-9f9b-6c2a4f1f3b11")
                .put("gen", 1)
                .put("at", "2026-11-22T04:00:00.123Z")
                .put("counters", counters.put("total", 300));
        own.forEach(event::put);
        return event;
    }
}
