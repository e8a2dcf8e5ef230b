package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.ResponseValidator;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A running node keeps its contract: the routes are those that it describes, and so are the answers. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ContractIT {
    /** What a browser loads for the page; nobody else has to do with them. */
    private static final Set<String> PARTS_OF_THE_PAGE = Set.of(
            "get /style.css",
            "get /app.js",
            "get /api.js",
            "get /dom.js",
            "get /evidence.js",
            "get /job.js",
            "get /question.js",
            "get /table.js",
            "get /try.js",
            "get /try.css",
            "get /favicon.svg",
            "get /client/index.js");

    /** What the last of those imports. */
    private static final String PARTS_OF_THE_CLIENT = "get /client/";

    private static final String SCHEDULES = "/api/v1/schedules";
    private static final String NO_SCHEDULE = SCHEDULES + "/3f0c7f6e-8a55-4f0e-9f9b-6c2a4f1f3b11";
    private static final String NOBODY = "3f0c7f6e-8a55-4f0e-9f9b-6c2a4f1f3b11";
    private static final String NO_JOB = Api.JOBS + "/" + NOBODY;
    private static final String USER = "/api/v1/users/full";
    private static final String CVS = "/api/v1/cv-processing/ws/full";
    private static final String STATUS = "/api/job-status/";
    private static final String REFUSED = "tax_code\n1\n2\n";
    private static final int UPLOAD_LIMIT = 10_000;
    private static final int STREAM_LIMIT = 4;

    private static TestNode node;
    private static Api api;
    private static JsonObject document;
    private static OpenAPIContract contract;
    private static ContractCheck check;
    private static final StubProcessor stub = new StubProcessor();

    /** A job whose only rows were refused, one with a failed row, and one that never ends. */
    private static String ended;

    private static String failed;
    private static String waiting;

    /** Another one that never ends, which nobody cancels. */
    private static String watched;

    /** A job of a user who has as many open ones as are allowed. */
    private static String endedOfFull;

    private static String daily;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(
                Map.of(
                        "quota.open_jobs", "3",
                        "http.max_uploads", "1",
                        "http.max_streams", String.valueOf(STREAM_LIMIT),
                        "quota.rows_per_day", "100",
                        "http.max_upload_bytes", String.valueOf(UPLOAD_LIMIT),
                        "redis.timeout_ms", "2000",
                        // The upload that keeps others waiting stands still.
                        "http.upload_min_bytes_per_second", "0",
                        "http.recipe_editors", "ada"),
                stub::processor);
        api = new Api(node);
        document = Contract.document(node.vertx()).await(10, TimeUnit.SECONDS);
        contract = Contract.load(node.vertx()).await(60, TimeUnit.SECONDS);
        check = new ContractCheck(document, ResponseValidator.create(node.vertx(), contract));
        ended = upload(REFUSED);
        stub.answer(1, ItemResult.failed(ErrorCode.SELECTOR_MISSING, "There is no title.", "title"));
        failed = api.upload(StubProcessor.form(1)).json().getString("id");
        api.awaitEnd(failed);
        stub.close();
        waiting = upload("tax_code\n0101340108\n");
        endedOfFull = upload(REFUSED, "Rowhound-User", "full");
        for (int i = 0; i < 3; i++) {
            upload("tax_code\n0101340108\n", "Rowhound-User", "full");
        }
        watched = upload("tax_code\n0101340108\n", "Rowhound-User", "watcher");
        // Its row ends when its time is up, and a paused job does not end with its rows.
        assertThat(api.post(Api.JOBS + "/" + watched + "/pause").status()).isEqualTo(200);
        daily = api.upload(SCHEDULES, form("daily").file(REFUSED)).header("Location");
    }

    @AfterAll
    static void stop() throws Exception {
        stub.open();
        node.close();
    }

    private static String upload(String file, String... headers) throws Exception {
        Answer answer = api.upload(Form.of("companies").file(file), headers);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    interface Asking {
        Answer ask() throws Exception;
    }

    /**
     * A request and the status that it is to be answered with.
     *
     * @param operation the contract's name for what is asked
     */
    record Call(String operation, int status, Asking asking) {}

    private static Call get(String operation, int status, String path, String... headers) {
        return new Call(operation, status, () -> api.get(path, headers));
    }

    private static Call cancel(int status, String job) {
        return new Call("cancelJob", status, () -> api.post(job + "/cancel"));
    }

    private static Call pause(int status, String job) {
        return new Call("pauseJob", status, () -> api.post(job + "/pause"));
    }

    private static Call resume(int status, String job) {
        return new Call("resumeJob", status, () -> api.post(job + "/resume"));
    }

    private static Call retry(int status, String job, String body) {
        return new Call(
                "retryFailed",
                status,
                () -> api.send(
                        api.request(Api.JOBS + "/" + job + "/retry-failed").POST(BodyPublishers.ofString(body))));
    }

    /** Files for jobs and for schedules alike. */
    private static Stream<Call> uploads(int status, String content, String... headers) {
        return Stream.concat(
                jobs(status, content, headers),
                Stream.of(new Call(
                        "createSchedule",
                        status == 202 ? 201 : status,
                        () -> api.upload(
                                SCHEDULES,
                                form(status == 409 ? "daily" : "daily " + UUID.randomUUID())
                                        .file(content),
                                headers))));
    }

    private static Stream<Call> jobs(int status, String content, String... headers) {
        return Stream.of(
                new Call(
                        "createJob",
                        status,
                        () -> api.upload(Form.of("companies").file(content), headers)),
                new Call(
                        "crawlCsv",
                        status == 202 ? 200 : status,
                        () -> api.upload("/crawl_csv", new Form().file(content), headers)));
    }

    private static Form form(String schedule) {
        return Form.of("companies").field("name", schedule).field("cron", "0 6 * * *");
    }

    private static Call schedule(String operation, int status, String path) {
        return new Call(operation, status, () -> api.post(path));
    }

    private static Call delete(int status, String schedule) {
        return new Call(
                "deleteSchedule", status, () -> api.send(api.request(schedule).DELETE()));
    }

    /** What every call under a key may be refused for; nothing is there that it speaks of. */
    private static Stream<Call> named(String operation, String method, String path) {
        return Stream.of(
                new Call(operation, 400, () -> named(method, path, "", "k".repeat(300))),
                new Call(
                        operation,
                        413,
                        () -> named(
                                method,
                                path,
                                "x".repeat(300_000),
                                UUID.randomUUID().toString())),
                new Call(operation, 409, () -> {
                    String key = UUID.randomUUID().toString();
                    assertThat(named(method, path, "", key).status()).isEqualTo(404);
                    return named(method, path, "{}", key);
                }));
    }

    private static Answer named(String method, String path, String body, String key) throws Exception {
        return api.send(api.request(path, "Idempotency-Key", key).method(method, BodyPublishers.ofString(body)));
    }

    private static Call deleteOne() {
        return new Call("deleteSchedule", 204, () -> {
            String other =
                    api.upload(SCHEDULES, form("other").file(REFUSED)).json().getString("id");
            return api.send(api.request(SCHEDULES + "/" + other).DELETE());
        });
    }

    private static List<Call> inPeace() {
        String job = Api.JOBS + "/" + ended;
        return Stream.of(
                        uploads(202, REFUSED),
                        uploads(400, "tax_code\n\"1\n"),
                        uploads(409, REFUSED + "3\n", "Rowhound-Job-Id", ended),
                        // A schedule's rows are counted when it fires.
                        uploads(429, "tax_code\n" + "1\n".repeat(101), "Rowhound-User", "greedy")
                                .filter(call -> !call.operation().equals("createSchedule")),
                        uploads(413, "1\n".repeat(UPLOAD_LIMIT)),
                        named("cancelJob", "POST", NO_JOB + "/cancel"),
                        named("pauseJob", "POST", NO_JOB + "/pause"),
                        named("resumeJob", "POST", NO_JOB + "/resume"),
                        named("retryFailed", "POST", NO_JOB + "/retry-failed"),
                        named("deleteSchedule", "DELETE", NO_SCHEDULE),
                        named("pauseSchedule", "POST", NO_SCHEDULE + "/pause"),
                        named("resumeSchedule", "POST", NO_SCHEDULE + "/resume"),
                        RecipeCalls.inPeace(api),
                        RowCalls.inJson(api, UPLOAD_LIMIT),
                        RowCalls.inPeace(api, job, Api.JOBS + "/" + waiting, NO_JOB),
                        Stream.of(
                                noForm("createJob", Api.JOBS),
                                noForm("crawlCsv", "/crawl_csv"),
                                get("listJobs", 200, Api.JOBS),
                                get("listJobs", 400, Api.JOBS + "?limit=0"),
                                get("listJobs", 400, Api.JOBS, "Rowhound-User", "a b"),
                                get("getJob", 200, job),
                                get("getJob", 200, Api.JOBS + "/" + waiting),
                                get("getJob", 404, NO_JOB),
                                get("watchJob", 200, job + "/events"),
                                new Call(
                                        "watchJob",
                                        204,
                                        () -> api.get(job + "/events?lastEventId="
                                                + api.job(ended).getString("last_event"))),
                                get("watchJob", 200, job + "/events?after=0"),
                                get("watchJob", 200, job + "/events?after=9.00000000"),
                                get("watchJob", 400, job + "/events?after=0&wait=1h"),
                                get("watchJob", 404, NO_JOB + "/events"),
                                get("watchJobBySocket", 400, job + "/ws?detail=all"),
                                get("watchJobBySocket", 404, NO_JOB + "/ws"),
                                get("watchJobBySocket", 426, job + "/ws"),
                                get("watchUser", 200, USER + "/events?after=0"),
                                get("watchUser", 400, "/api/v1/users/a%20b/events"),
                                get("watchUserBySocket", 400, "/api/v1/users/a%20b/ws"),
                                get("watchUserBySocket", 426, USER + "/ws"),
                                get("watchCvs", 400, "/api/v1/cv-processing/ws/a%20b"),
                                get("watchCvs", 426, CVS),
                                get("getJobStatus", 200, STATUS + ended),
                                get("getJobStatus", 404, STATUS + NOBODY),
                                new Call(
                                        "getJobStatus",
                                        304,
                                        () -> api.get(
                                                STATUS + ended,
                                                "If-None-Match",
                                                api.get(STATUS + ended).header("ETag"))),
                                get("downloadResults", 200, job + "/results"),
                                get("downloadResults", 200, job + "/results?format=csv&bom=true"),
                                get("downloadResults", 200, job + "/results?format=json"),
                                get("downloadResults", 200, job + "/results?format=ndjson"),
                                get("downloadResults", 200, Api.JOBS + "/" + waiting + "/results?format=json"),
                                get("downloadResults", 400, job + "/results?format=xls"),
                                get("downloadResults", 404, NO_JOB + "/results"),
                                pause(200, Api.JOBS + "/" + waiting),
                                pause(404, NO_JOB),
                                pause(409, job),
                                resume(200, Api.JOBS + "/" + waiting),
                                resume(404, NO_JOB),
                                resume(409, job),
                                retry(200, failed, "{\"codes\":[\"selector_missing\"]}"),
                                retry(400, failed, "{\"codes\":[\"none\"]}"),
                                retry(404, NOBODY, ""),
                                retry(409, ended, ""),
                                retry(413, ended, " ".repeat(300_000)),
                                retry(429, endedOfFull, ""),
                                cancel(200, Api.JOBS + "/" + waiting),
                                cancel(404, NO_JOB),
                                cancel(409, job),
                                noForm("createSchedule", SCHEDULES),
                                get("listSchedules", 200, SCHEDULES),
                                get("listSchedules", 400, SCHEDULES, "Rowhound-User", "a b"),
                                get("getSchedule", 200, daily),
                                get("getSchedule", 404, NO_SCHEDULE),
                                schedule("pauseSchedule", 200, daily + "/pause"),
                                schedule("pauseSchedule", 404, NO_SCHEDULE + "/pause"),
                                schedule("resumeSchedule", 200, daily + "/resume"),
                                schedule("resumeSchedule", 404, NO_SCHEDULE + "/resume"),
                                deleteOne(),
                                delete(404, NO_SCHEDULE),
                                get("getHealth", 200, "/health"),
                                get("getLiveness", 200, "/health/live"),
                                get("getReadiness", 200, "/health/ready"),
                                get("getMetrics", 200, "/metrics"),
                                get("getContract", 200, "/openapi.yaml"),
                                get("getEventSchema", 200, "/event.schema.json"),
                                get("getPage", 200, "/"),
                                get("getPage", 200, "/?job=" + ended),
                                get("watchProgress", 200, "/progress/" + ended)))
                .flatMap(calls -> calls)
                .toList();
    }

    private static Call noForm(String operation, String path) {
        return new Call(
                operation,
                415,
                () -> api.send(api.request(path, "Content-Type", "text/csv").POST(BodyPublishers.ofString(REFUSED))));
    }

    private static List<Call> whileBusy() {
        return Stream.concat(
                        uploads(503, REFUSED),
                        Stream.of(
                                get("watchJob", 503, Api.JOBS + "/" + watched + "/events"),
                                get("watchProgress", 503, "/progress/" + watched),
                                get("watchUser", 503, USER + "/events"),
                                get("watchUserBySocket", 503, USER + "/ws"),
                                get("watchCvs", 503, CVS),
                                get("watchJobBySocket", 503, Api.JOBS + "/" + watched + "/ws")))
                .toList();
    }

    private static List<Call> withoutTheStore() {
        String job = Api.JOBS + "/" + ended;
        List<Call> calls = List.of(
                get("listJobs", 503, Api.JOBS),
                get("getJob", 503, job),
                get("downloadResults", 503, job + "/results"),
                get("watchJob", 503, job + "/events?after=0"),
                get("watchUser", 503, USER + "/events?after=0"),
                get("getJobStatus", 503, STATUS + ended),
                cancel(503, job),
                pause(503, job),
                resume(503, job),
                retry(503, ended, ""),
                get("listSchedules", 503, SCHEDULES),
                get("getSchedule", 503, daily),
                schedule("pauseSchedule", 503, daily + "/pause"),
                schedule("resumeSchedule", 503, daily + "/resume"),
                delete(503, daily),
                get("getHealth", 503, "/health"),
                get("getReadiness", 503, "/health/ready"));
        return Stream.of(calls.stream(), RecipeCalls.withoutTheStore(api), RowCalls.withoutTheStore(api, job))
                .flatMap(all -> all)
                .toList();
    }

    @Test
    void describesEveryRouteAndNoOther() {
        Set<String> described = contract.operations().stream()
                .map(operation ->
                        operation.getHttpMethod().name().toLowerCase(Locale.ROOT) + " " + operation.getOpenAPIPath())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> served = node.server().routes().stream()
                .filter(route -> route.getPath() != null)
                .flatMap(ContractIT::spelt)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(served).containsAll(PARTS_OF_THE_PAGE);
        served.removeAll(PARTS_OF_THE_PAGE);
        served.removeIf(route -> route.startsWith(PARTS_OF_THE_CLIENT));
        assertThat(served).isEqualTo(described);
    }

    private static Stream<String> spelt(Route route) {
        assertThat(route.methods()).as(route.getPath()).isNotEmpty();
        return route.methods().stream()
                .map(method -> method.name().toLowerCase(Locale.ROOT) + " "
                        + route.getPath().replaceAll(":(\\w+)", "{$1}"));
    }

    /** No status is described that nothing here provokes, but for a fault of the program itself. */
    @Test
    void isHeldAgainstEveryStatus() {
        Set<String> described = contract.operations().stream()
                // ProbeIT holds those.
                .filter(operation -> !operation.getOperationId().startsWith("probe"))
                .flatMap(operation -> operation.getOpenAPIModel().getJsonObject("responses").fieldNames().stream()
                        .filter(status -> status.matches("[2-5]\\d\\d") && !status.equals("500"))
                        .map(status -> operation.getOperationId() + " " + status))
                .filter(status -> !status.matches(RowCalls.HELD_ELSEWHERE))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> asked = Stream.of(inPeace(), whileBusy(), withoutTheStore())
                .flatMap(Collection::stream)
                .map(call -> call.operation() + " " + call.status())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(asked).isEqualTo(described);
    }

    @Test
    void keepsItInPeace() {
        assertKept(inPeace());
    }

    @Test
    void keepsItWhileBusy() throws Exception {
        Set<String> before = node.artifacts();
        try (HeldStreams streams = new HeldStreams(api);
                SlowUpload upload = SlowUpload.begin(node.address(), "companies", "tax_code")) {
            streams.open(Api.JOBS + "/" + watched + "/events", STREAM_LIMIT);
            Await.until("the file of the slow upload", node::artifacts, files -> files.size() > before.size());
            assertKept(whileBusy());
            assertThat(upload.send("1\n").finish().status()).isEqualTo(202);
        }
    }

    @Test
    void keepsItWithoutTheStore() throws Exception {
        node.freezeRedis();
        try {
            assertKeptTogether(withoutTheStore());
        } finally {
            node.thawRedis();
        }
        Await.until("the store", () -> api.get("/health"), answer -> answer.status() == 200);
    }

    @Test
    void toldOfPathsAndMethodsThatThereAreNot() throws Exception {
        Answer nowhere = api.get("/api/v2/jobs");
        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.json().getString("code")).isEqualTo("not_found");
        assertThat(check.fault("getJob", nowhere)).isEmpty();

        Answer otherMethod = api.get(Api.JOBS + "/" + ended + "/cancel");
        assertThat(otherMethod.status()).isEqualTo(405);
        assertThat(otherMethod.json().getString("code")).isEqualTo("method_not_allowed");
    }

    private static void assertKept(List<Call> calls) {
        assertAll(
                calls.stream().map(call -> () -> assertKept(call, call.asking().ask())));
    }

    /** The same, with all calls under way together, since each takes as long as the store is waited for. */
    private static void assertKeptTogether(List<Call> calls) {
        List<CompletableFuture<Answer>> answers = calls.stream()
                .map(call -> {
                    CompletableFuture<Answer> answer = new CompletableFuture<>();
                    new Thread(() -> ask(call, answer), call.operation()).start();
                    return answer;
                })
                .toList();
        for (int i = 0; i < calls.size(); i++) {
            assertKept(calls.get(i), answers.get(i).join());
        }
    }

    private static void ask(Call call, CompletableFuture<Answer> answer) {
        try {
            answer.complete(call.asking().ask());
        } catch (Exception e) {
            answer.completeExceptionally(e);
        }
    }

    private static void assertKept(Call call, Answer answer) {
        assertThat(answer.status()).as("%s: %s", call.operation(), answer).isEqualTo(call.status());
        assertThat(check.fault(call.operation(), answer))
                .as("%s: %s", call.operation(), answer)
                .isEmpty();
    }
}
