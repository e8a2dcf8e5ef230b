package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.SharedNode;
import dev.rowhound.TestNode;
import dev.rowhound.http.EventStream.Event;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** The main job, end to end: 300 tax codes go in, and every watcher and every form of the results tells the same. */
@ExtendWith(SharedNode.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
class CompaniesIT {
    private static final Path EXAMPLE = TestNode.home().resolve("examples/companies");

    private TestNode node;
    private Api api;
    private String job;
    private JsonObject accepted;

    /** What was read without a cut, with one cut and the header, with one cut and the parameter. */
    private List<Event> whole;

    private List<Event> resumedByHeader;
    private List<Event> resumedByParameter;

    @BeforeAll
    @Timeout(value = 240, threadMode = ThreadMode.SEPARATE_THREAD)
    void run(TestNode shared) throws Exception {
        node = shared;
        api = new Api(node);
        Api.Answer answer = api.upload(Form.of("companies").file(Files.readAllBytes(EXAMPLE.resolve("tax-codes.csv"))));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        accepted = answer.json();
        job = accepted.getString("id");
        assertThat(answer.header("Location")).isEqualTo(Api.JOBS + "/" + job);

        EventStream first = api.events(job);
        assertThat(api.job(job).getInteger("done"))
                .as("rows done when the stream was opened")
                .isLessThan(100);
        CompletableFuture<List<Event>> uncut = inBackground(first::rest);
        List<Event> beginning;
        try (EventStream second = api.events(job)) {
            beginning = second.until(event -> event.type().equals("item.ended")
                    && event.json().getJsonObject("counters").getInteger("found") >= 40);
        }
        assertThat(api.job(job).getString("state")).as("state at the cut").isEqualTo("running");
        String cut = beginning.get(beginning.size() - 1).id();
        String path = Api.JOBS + "/" + job + "/events";
        EventStream byHeader = api.watch(path, "Last-Event-ID", cut);
        EventStream byParameter = api.watch(path + "?lastEventId=" + cut);
        CompletableFuture<List<Event>> restByHeader = inBackground(byHeader::rest);
        CompletableFuture<List<Event>> restByParameter = inBackground(byParameter::rest);
        whole = uncut.get(230, TimeUnit.SECONDS);
        resumedByHeader = joined(beginning, restByHeader.get(10, TimeUnit.SECONDS));
        resumedByParameter = joined(beginning, restByParameter.get(10, TimeUnit.SECONDS));
    }

    private interface Reading {
        List<Event> read() throws Exception;
    }

    private static CompletableFuture<List<Event>> inBackground(Reading reading) {
        CompletableFuture<List<Event>> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(reading.read());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                },
                "watcher");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static List<Event> joined(List<Event> beginning, List<Event> rest) {
        return Stream.concat(beginning.stream(), rest.stream()).toList();
    }

    @Test
    void acceptsTheUpload() {
        assertThat(accepted.getInteger("total")).isEqualTo(300);
        assertThat(accepted.getString("state")).isEqualTo("running");
    }

    @Test
    void numbersTheEventsWithoutAHole() {
        List<Long> numbers =
                whole.stream().map(event -> event.json().getLong("seq")).toList();
        assertThat(numbers)
                .isEqualTo(IntStream.rangeClosed(1, whole.size())
                        .mapToObj(Long::valueOf)
                        .toList());
        assertThat(whole)
                .allSatisfy(event -> assertThat(event.id()).matches(event.json().getLong("seq") + "\\.[0-9a-f]{8}"));
        assertThat(whole.get(0).type()).isEqualTo("job.receiving");
        assertThat(whole.get(whole.size() - 1).type()).isEqualTo("job.completed");
        assertThat(whole).filteredOn(event -> event.type().startsWith("job.")).hasSize(3);
    }

    @Test
    void resumesByteForByteAtTheCut() {
        assertThat(resumedByHeader).isEqualTo(whole);
        assertThat(resumedByParameter).isEqualTo(whole);
    }

    @Test
    void keepsToTheSchemaOfEvents() {
        assertThat(whole)
                .extracting(Event::type)
                .contains("item.started", "item.ended", "item.retrying", "rows.rejected", "job.running");
        assertThat(whole).allSatisfy(event -> {
            assertThat(EventSchema.check(node.vertx(), event.json()))
                    .as(event.data())
                    .isEmpty();
            assertThat(event.json().getString("type")).isEqualTo(event.type());
            assertThat(event.json().getString("job")).isEqualTo(job);
        });
    }

    @Test
    void hasNothingToTellBehindTheLastEvent() throws Exception {
        String last = whole.get(whole.size() - 1).id();
        assertThat(api.job(job).getString("last_event")).isEqualTo(last);
        assertThat(api.get(Api.JOBS + "/" + job + "/events", "Last-Event-ID", last)
                        .status())
                .isEqualTo(204);
        assertThat(api.get(Api.JOBS + "/" + job + "/events?lastEventId=" + last).status())
                .isEqualTo(204);
        String before = whole.get(whole.size() - 2).id();
        try (EventStream stream = api.watch(Api.JOBS + "/" + job + "/events", "Last-Event-ID", before)) {
            assertThat(stream.rest()).containsExactly(whole.get(whole.size() - 1));
        }
    }

    @Test
    void tellsAWatcherWhoseHistoryIsLost() throws Exception {
        String strange = whole.get(9).id().replaceFirst("\\..*", ".00000000");
        for (String cursor : List.of(strange, "99999.00000000", "nonsense")) {
            try (EventStream stream = api.watch(Api.JOBS + "/" + job + "/events", "Last-Event-ID", cursor)) {
                Event reset = stream.next();
                assertThat(reset.type()).as(cursor).isEqualTo("reset");
                assertThat(reset.id()).isEqualTo(whole.get(whole.size() - 1).id());
                assertThat(reset.json()).isEqualTo(api.job(job));
                assertThat(stream.next()).isNull();
            }
        }
    }

    @Test
    void findsWhatIsExpectedRowForRow() throws Exception {
        Api.Answer answer = api.get(results("csv"));
        assertThat(answer.header("Content-Type")).startsWith("text/csv");
        CsvTable found = CsvTable.of(answer.text()).withErrorCodes();
        CsvTable expected = CsvTable.of(EXAMPLE.resolve("expected.csv")).withErrorCodes();
        assertThat(found.columns()).isEqualTo(expected.columns());
        assertThat(found.rows()).isEqualTo(expected.rows());
    }

    @Test
    void tellsTheSameInEveryForm() throws Exception {
        List<JsonObject> json = api.get(results("json")).array().stream()
                .map(JsonObject.class::cast)
                .toList();
        assertThat(api.get(results("ndjson")).text().lines().map(JsonObject::new))
                .isEqualTo(json);
        assertThat(json).extracting(item -> item.getInteger("row")).isEqualTo(numbers(300));

        CsvTable csv = CsvTable.of(api.get(results("csv")).text());
        List<Map<String, String>> flat = new ArrayList<>();
        for (JsonObject item : json) {
            JsonObject error = item.getJsonObject("error");
            flat.add(csv.columns().stream().collect(Collectors.toMap(column -> column, column -> switch (column) {
                case "state" -> item.getString("state");
                case "error" -> error == null ? "" : error.getString("code") + ": " + error.getString("message");
                default ->
                    item.getJsonObject("input")
                            .copy()
                            .mergeIn(item.getJsonObject("fields"))
                            .getString(column, "");
            })));
        }
        assertThat(csv.rows()).isEqualTo(flat);
    }

    @Test
    void pagesThroughAllItemsAndThroughThoseOfSomeStates() throws Exception {
        List<JsonObject> all = api.items(job, "limit=37");
        assertThat(all).isEqualTo(api.get(results("json")).array().stream().toList());
        for (List<String> states : List.of(List.of("found"), List.of("failed", "blocked"), List.of("waiting"))) {
            assertThat(api.items(job, "limit=7&state=" + String.join(",", states)))
                    .as("items in the states %s", states)
                    .isEqualTo(all.stream()
                            .filter(item -> states.contains(item.getString("state")))
                            .toList());
        }
        assertThat(all)
                .filteredOn(item -> item.containsKey("alias_of"))
                .isNotEmpty()
                .allSatisfy(item -> {
                    JsonObject first = all.get(item.getInteger("alias_of") - 1);
                    assertThat(item.getString("key")).isEqualTo(first.getString("key"));
                    assertThat(item.getJsonObject("fields")).isEqualTo(first.getJsonObject("fields"));
                });
    }

    @Test
    void countsEveryRowOnce() throws Exception {
        JsonObject snapshot = api.job(job);
        assertThat(snapshot.getString("state")).isEqualTo("completed");
        assertThat(snapshot.getInteger("total")).isEqualTo(300);
        assertThat(snapshot.getInteger("done")).isEqualTo(300);
        Map<String, Integer> counters = counters(snapshot);

        Map<String, Integer> byItems = api.items(job, "limit=1000").stream()
                .collect(Collectors.toMap(item -> item.getString("state"), item -> 1, Integer::sum));
        assertThat(byItems).isEqualTo(counters);

        Map<String, Integer> byEvents = new HashMap<>();
        for (Event event : whole) {
            JsonObject json = event.json();
            switch (event.type()) {
                case "item.ended" -> byEvents.merge(json.getString("state"), json.getInteger("rows", 1), Integer::sum);
                case "rows.rejected" ->
                    byEvents.merge("invalid_input", json.getJsonArray("rows").size(), Integer::sum);
                default -> {
                    // Starts, retries and steps of the job end no row.
                }
            }
        }
        assertThat(byEvents).isEqualTo(counters);
        JsonObject last = whole.get(whole.size() - 1).json().getJsonObject("counters");
        assertThat(last.getInteger("total")).isEqualTo(300);
        assertThat(counters(new JsonObject().put("counters", last.copy()))).containsAllEntriesOf(counters);
    }

    @Test
    void looksEachKeyUpOnceAndTriesAgainWhereThatHelps() throws Exception {
        Map<String, Long> ends = whole.stream()
                .filter(event -> event.type().equals("item.ended"))
                .collect(Collectors.groupingBy(event -> event.json().getString("key"), Collectors.counting()));
        assertThat(ends.values()).containsOnly(1L);
        Map<String, Integer> attempts = api.items(job, "limit=1000").stream()
                .collect(Collectors.toMap(
                        item -> item.getString("key"), item -> item.getInteger("attempts"), (first, repeat) -> first));
        assertThat(attempts)
                .as("fails twice; never answers; asks for a captcha")
                .containsEntry("9900000023", 3)
                .containsEntry("9900000030", 3)
                .containsEntry("9900000048", 1);
    }

    private String results(String format) {
        return Api.JOBS + "/" + job + "/results?format=" + format;
    }

    private static List<Integer> numbers(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    /** The states that rows are in, with how many. */
    private static Map<String, Integer> counters(JsonObject snapshot) {
        JsonObject counters = snapshot.getJsonObject("counters");
        return counters.fieldNames().stream()
                .filter(state -> counters.getInteger(state) > 0)
                .collect(Collectors.toMap(state -> state, counters::getInteger));
    }
}
