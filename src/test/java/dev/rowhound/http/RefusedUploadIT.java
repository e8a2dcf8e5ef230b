package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Uploads that cannot be used: each is told what is wrong, and leaves nothing. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class RefusedUploadIT {
    private static final int LIMIT = 200_000;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D'};
    private static final byte[] XLSX = {'P', 'K', 3, 4, 20, 0, 6, 0, 8, 0, 0, 0, '!', 0, 'b', (byte) 0xee, (byte) 0x9d};

    private static TestNode node;
    private static Api api;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(Map.of("roles", "web", "http.max_upload_bytes", String.valueOf(LIMIT)));
        api = new Api(node);
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    /**
     * A form and what is wrong with it.
     *
     * @param field the field that the answer names, or null
     * @param line the line that the answer names, or null
     * @param words what its sentence says, among others
     */
    record Fault(
            String name, Form form, List<String> headers, String code, String field, Integer line, List<String> words) {
        Fault(String name, Form form, String code, String field, Integer line, String... words) {
            this(name, form, List.of(), code, field, line, List.of(words));
        }

        Fault with(String... sent) {
            return new Fault(name, form, List.of(sent), code, field, line, words);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Fault> faults() {
        String good = "tax_code\n0101340108\n";
        return List.of(
                new Fault("empty file", companies().file(""), "empty_file", "file", null, "no rows"),
                new Fault("blank lines only", companies().file("\n \r\n"), "empty_file", "file", null, "no rows"),
                new Fault("header only", companies().file("tax_code\n"), "empty_file", "file", null, "header"),
                new Fault(
                        "no such column",
                        companies().field("column", "code").file("tax_code,note\n1,2\n"),
                        "no_such_column",
                        "column",
                        1,
                        "\"code\"",
                        "tax_code, note"),
                new Fault(
                        "not the recipe's column",
                        companies().file("id,note\n1,2\n"),
                        "no_such_column",
                        "column",
                        1,
                        "\"tax_code\"",
                        "id, note"),
                new Fault(
                        "open quote",
                        companies().file("tax_code,note\n1,a\n2,\"b\n3,c\n"),
                        "bad_quote",
                        "file",
                        3,
                        "line 3"),
                new Fault(
                        "text behind a quote",
                        companies().file("tax_code,note\n1,\"a\"b\n"),
                        "bad_quote",
                        "file",
                        2,
                        "line 2"),
                new Fault(
                        "too many values",
                        companies().file("tax_code,note\n1,a\n2,b,c\n"),
                        "bad_row",
                        "file",
                        3,
                        "line 3"),
                new Fault("picture", companies().file(PNG), "not_text", "file", 1, "CSV"),
                new Fault("workbook", companies().file(XLSX), "not_text", "file", 1, "CSV"),
                new Fault(
                        "not UTF-8",
                        companies().file("tax_code,note\n1,caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1)),
                        "bad_encoding",
                        "file",
                        2,
                        "UTF-8"),
                new Fault(
                        "field after the file",
                        companies().file(good).field("column", "tax_code"),
                        "field_after_file",
                        "column",
                        null,
                        "last"),
                new Fault("second file", companies().file(good).file(good), "field_after_file", "file", null, "last"),
                new Fault("no file", companies(), "missing_field", "file", null, "missing"),
                new Fault("nothing at all", new Form(), "missing_field", "file", null, "missing"),
                new Fault("no recipe", new Form().file(good), "missing_field", "recipe", null, "companies", "javadoc"),
                new Fault(
                        "unknown recipe",
                        Form.of("company").file(good),
                        "no_such_recipe",
                        "recipe",
                        null,
                        "\"company\"",
                        "companies"),
                new Fault(
                        "unknown field",
                        companies().field("colum", "tax_code").file(good),
                        "unknown_field",
                        "colum",
                        null,
                        "column"),
                new Fault(
                        "options that are no JSON",
                        companies().field("options", "{header").file(good),
                        "invalid_field",
                        "options",
                        null,
                        "JSON object"),
                new Fault(
                        "options that are no object",
                        companies().field("options", "[1]").file(good),
                        "invalid_field",
                        "options",
                        null,
                        "JSON object"),
                new Fault(
                        "unknown option",
                        companies().field("options", "{\"headers\":true}").file(good),
                        "invalid_field",
                        "options.headers",
                        null,
                        "header"),
                new Fault(
                        "option of another type",
                        companies().field("options", "{\"header\":1}").file(good),
                        "invalid_field",
                        "options.header",
                        null,
                        "true, false"),
                new Fault(
                        "unknown delimiter",
                        companies().field("options", "{\"delimiter\":\"|\"}").file(good),
                        "invalid_field",
                        "options.delimiter",
                        null,
                        "tab"),
                new Fault(
                        "name of a caller that is none",
                        companies().field("user_id", "a b").file(good),
                        "invalid_field",
                        "user_id",
                        null,
                        "1 to 64"),
                new Fault(
                                "id that is no UUID",
                                companies().file(good),
                                "invalid_field",
                                "Rowhound-Job-Id",
                                null,
                                "UUID")
                        .with("Rowhound-Job-Id", "mine"),
                new Fault(
                                "key that is too long",
                                companies().file(good),
                                "invalid_field",
                                "Idempotency-Key",
                                null,
                                "255")
                        .with("Idempotency-Key", "k".repeat(256)),
                new Fault("no end", companies().file(good).cut(), "upload_aborted", "file", null, "boundary"),
                new Fault("part without a name", new Form().nameless(), "malformed_form", null, null, "name"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void saysWhatIsWrongAndLeavesNothing(Fault fault) throws Exception {
        Set<String> keys = node.keys();
        Set<String> files = node.artifacts();

        Answer answer = api.upload(fault.form(), fault.headers().toArray(String[]::new));

        JsonObject error = answer.json();
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(error.getString("code")).as(answer.text()).isEqualTo(fault.code());
        assertThat(error.getString("field")).as(answer.text()).isEqualTo(fault.field());
        assertThat(error.getInteger("line")).as(answer.text()).isEqualTo(fault.line());
        assertThat(error.getString("message")).contains(fault.words());
        assertThat(error.getString("request_id")).isEqualTo(answer.header("X-Request-Id"));
        assertThat(node.keys()).isEqualTo(keys);
        assertThat(node.artifacts()).isEqualTo(files);
    }

    @Test
    void takesFormsOnly() throws Exception {
        Set<String> keys = node.keys();
        // More often than uploads are taken at once: a refused one does not stay counted.
        for (int i = 0; i < 10; i++) {
            Answer answer = api.send(
                    api.request(Api.JOBS, "Content-Type", "text/csv").POST(BodyPublishers.ofString("tax_code\n1\n")));
            assertThat(answer.status()).as(answer.text()).isEqualTo(415);
            assertThat(answer.json().getString("code")).isEqualTo("unsupported_media_type");
            assertThat(answer.json().getString("message")).contains("multipart/form-data");
        }
        assertThat(node.keys()).isEqualTo(keys);
        assertThat(api.upload(companies().file("tax_code\n0101340108\n")).status())
                .isEqualTo(202);
    }

    @Test
    void refusesATooLargeUploadBeforeItArrives() throws Exception {
        Set<String> keys = node.keys();
        Set<String> files = node.artifacts();
        try (SlowUpload upload = SlowUpload.announce(node.address(), LIMIT + 1)) {
            assertTooLarge(upload);
        }
        assertThat(node.keys()).isEqualTo(keys);
        assertThat(node.artifacts()).isEqualTo(files);
    }

    @Test
    void refusesATooLargeUploadOfUnknownLengthAsSoonAsItIs() throws Exception {
        String id = "7f1c2b52-59d7-4c39-a3ad-0a2c1a5a5f01";
        Set<String> files = node.artifacts();
        try (SlowUpload upload =
                SlowUpload.begin(node.address(), "companies", "tax_code,note", "Rowhound-Job-Id", id)) {
            String rows = "0101340108,a line of some length\n".repeat(1000);
            upload.send(rows);
            api.awaitJob(id);
            for (int sent = rows.length(); sent <= LIMIT; sent += rows.length()) {
                upload.send(rows);
            }
            assertTooLarge(upload);
        }
        JsonObject job = api.job(id);
        assertThat(job.getString("state")).isEqualTo("failed");
        assertThat(job.getJsonObject("reason").getString("code")).isEqualTo("too_large");
        assertThat(node.artifacts()).isEqualTo(files);
    }

    private static void assertTooLarge(SlowUpload upload) throws Exception {
        SlowUpload.Answer answer = upload.answer();
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().getString("code")).isEqualTo("too_large");
        assertThat(answer.json().getString("field")).isEqualTo("file");
        assertThat(answer.json().getString("message")).contains(String.valueOf(LIMIT));
        assertThat(upload.closedByServer()).as("closed by the server").isTrue();
    }

    /** Behind the first chunk of rows the job is there already. */
    @ParameterizedTest
    @MethodSource("lateFaults")
    void keepsTheRecordOfAJobWhoseFileTurnsBad(String name, String lastLine, String code) throws Exception {
        String id = "7f1c2b52-59d7-4c39-a3ad-0a2c1a5a5f" + (code.equals("bad_row") ? "02" : "03");
        Set<String> files = node.artifacts();

        Answer answer = api.upload(companies().file("tax_code,note\n" + rows(600) + lastLine), "Rowhound-Job-Id", id);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().getString("code")).isEqualTo(code);
        assertThat(answer.json().getInteger("line")).isEqualTo(602);
        JsonObject job = api.job(id);
        assertThat(job.getString("state")).isEqualTo("failed");
        assertThat(job.getInteger("received")).isEqualTo(500);
        assertThat(job.getJsonObject("counters").getInteger("invalid_input")).isEqualTo(500);
        JsonObject reason = job.getJsonObject("reason");
        assertThat(reason.getString("code")).isEqualTo(code);
        assertThat(reason.getInteger("line")).isEqualTo(602);
        assertThat(reason.getString("message")).isEqualTo(answer.json().getString("message"));
        assertThat(keysOf(id)).containsExactlyInAnyOrder("m", "ev");
        assertThat(node.artifacts()).isEqualTo(files);
        assertThat(api.items(id, "limit=10")).isEmpty();
        try (EventStream events = api.events(id)) {
            List<EventStream.Event> all = events.rest();
            EventStream.Event end = all.get(all.size() - 1);
            assertThat(end.type()).isEqualTo("job.failed");
            assertThat(end.json().getJsonObject("reason")).isEqualTo(reason);
            assertThat(EventSchema.check(node.vertx(), end.json())).isEmpty();
        }
    }

    static List<Object[]> lateFaults() {
        return Arrays.asList(
                new Object[] {"too many values", "1,2,3\n", "bad_row"},
                new Object[] {"open quote", "1,\"2\n", "bad_quote"});
    }

    @Test
    void keepsTheRecordOfAJobWhoseUploadBreaksOff() throws Exception {
        String id = "7f1c2b52-59d7-4c39-a3ad-0a2c1a5a5f04";
        Set<String> files = node.artifacts();
        try (SlowUpload upload =
                SlowUpload.begin(node.address(), "companies", "tax_code,note", "Rowhound-Job-Id", id)) {
            upload.send(rows(600));
            api.awaitJob(id);
            assertThat(node.artifacts()).hasSize(files.size() + 2);
        }
        JsonObject job = api.awaitEnd(id);
        assertThat(job.getString("state")).isEqualTo("failed");
        assertThat(job.getJsonObject("reason").getString("code")).isEqualTo("upload_aborted");
        assertThat(keysOf(id)).containsExactlyInAnyOrder("m", "ev");
        assertThat(node.artifacts()).isEqualTo(files);
    }

    @Test
    void leavesNothingOfAnUploadThatBreaksOffBeforeItsFirstChunk() throws Exception {
        Set<String> keys = node.keys();
        Set<String> files = node.artifacts();
        try (SlowUpload upload = SlowUpload.begin(node.address(), "companies", "tax_code,note")) {
            upload.send(rows(10));
            Await.until("the file", node::artifacts, now -> now.size() > files.size());
        }
        Await.until("the file's end", node::artifacts, files::equals);
        assertThat(node.keys()).isEqualTo(keys);
    }

    private static Form companies() {
        return Form.of("companies");
    }

    private static String rows(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(row -> row + ",a note of this and that and more\n")
                .collect(Collectors.joining());
    }

    private static Set<String> keysOf(String job) throws Exception {
        String slot = "{j:" + job + "}:";
        return node.keys().stream()
                .filter(key -> key.startsWith(slot))
                .map(key -> key.substring(slot.length()))
                .collect(Collectors.toSet());
    }
}
