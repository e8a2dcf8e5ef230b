package dev.rowhound.app.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhound.app.Refusal;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsDocumentTest {
    private static final long PLENTY = 1_000_000;

    /** Keeps the file; returns what is read behind its end. */
    private static final class Keeping implements FormFile<Void> {
        private String text = "";

        @Override
        public int run(InputStream bytes) throws IOException {
            text = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
            int more = bytes.read();
            bytes.close();
            return more;
        }

        @Override
        public void hold() {}

        @Override
        public Future<Void> finish(int rows, String sha256) {
            return Future.succeededFuture();
        }

        @Override
        public void undo(Throwable error) {}
    }

    private static InputStream bytes(String json) {
        return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
    }

    private static RowsDocument read(String json) throws IOException {
        return RowsDocument.read(bytes(json), PLENTY);
    }

    private static String csv(String json) throws Exception {
        Keeping file = new Keeping();
        read(json).into(file, bytes(json));
        return file.text;
    }

    private static Refusal refusal(String json) {
        return catchThrowableOfType(Refusal.class, () -> read(json));
    }

    @Test
    void putsTheRowsOfAllColumnsBelowAHeader() throws Exception {
        assertThat(csv("""
                {"rows": [{"code": "1"}, {"note": "a, \\"b\\"\\nc", "code": 2}, {}], "recipe": "x"}""")).isEqualTo("\"code\",\"note\"\n\"1\",\"\"\n\"2\",\"a, \"\"b\"\"\nc\"\n\"\",\"\"\n");
    }

    @Test
    void takesNumbersAsTheyAreSpelt() throws Exception {
        assertThat(csv("""
                {"rows": [{"a": 12345678901234567890, "b": 1.50, "c": true, "d": null}]}""")).endsWith("\n\"12345678901234567890\",\"1.50\",\"true\",\"\"\n");
    }

    @Test
    void takesTextsAsKeys() throws Exception {
        String texts = "{\"rows\": [\"1\", 2]}";
        assertThat(csv(texts)).isEqualTo("\"key\"\n\"1\"\n\"2\"\n");
        assertThat(read(texts).fields().get("column")).isEqualTo("key");
        assertThat(csv("{\"rows\": [\"1\", {\"note\": \"a\", \"code\": 2}], \"column\": \"code\"}"))
                .isEqualTo("\"note\",\"code\"\n\"\",\"1\"\n\"a\",\"2\"\n");
    }

    @Test
    void givesTheFieldsAsAFormDoes() throws Exception {
        MultiMap fields = read("""
                {"recipe": "x", "recipe_version": 3, "delay_ms": [1, 2.5], "user_id": null, "rows": ["1"],
                 "options": {"sample": 10}}""").fields();
        assertThat(fields.get("recipe")).isEqualTo("x");
        assertThat(fields.get("recipe_version")).isEqualTo("3");
        assertThat(fields.get("delay_ms")).isEqualTo("1,2.5");
        assertThat(fields.contains("user_id")).isFalse();
        assertThat(new JsonObject(fields.get("options")))
                .isEqualTo(new JsonObject()
                        .put("header", true)
                        .put("delimiter", ",")
                        .put("sample", 10));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                    | invalid_json  |                |   | line 1
            [1]                                   | invalid_json  |                |   | no JSON object
            {"rows": ["1"]                        | invalid_json  |                |   | line 1
            {"rows": ["1"]} {}                    | invalid_json  |                |   | line 1, column 18
            {"recipe": "x"}                       | missing_field | rows           |   | list of rows
            {"rows": []}                          | empty_file    | rows           |   | at least one
            {"rows": {}}                          | invalid_field | rows           |   | one list
            {"rows": ["1"], "rows": ["2"]}        | invalid_field | rows           |   | once
            {"rows": ["1", true]}                 | bad_row       | rows[1]        | 2 | row 2 is neither
            {"rows": [{"a": 1}, {"a": [1]}]}      | bad_row       | rows[1].a      | 2 | "a" of row 2 is a list
            {"rows": [{" ": 1}]}                  | bad_row       | rows[0]        | 1 | without a name
            {"rows": [{}]}                        | bad_row       | rows[0]        | 1 | has no column
            {"rows": [{"a": 1}, "1"]}             | bad_row       | rows[1]        | 2 | name the texts' column
            {"rows": [{"a": "x\\u0000"}]}         | bad_row       | rows[0].a      | 1 | NUL
            {"rows": [{"a": "x\\ud800"}]}         | bad_row       | rows[0].a      | 1 | half a character
            {"recipe": {}, "rows": [1]}           | invalid_field | recipe         |   | a text or a number
            {"options": "{}", "rows": [1]}        | invalid_field | options        |   | an object
            {"options": {"header": 1}, "rows": 1} | invalid_field | options.header |   | for a file
            """)
    void saysWhatIsWrong(String json, String code, String field, Integer row, String words) {
        Refusal refusal = refusal(json);
        assertThat(refusal.code()).as(refusal.message()).isEqualTo(code);
        assertThat(refusal.field()).isEqualTo(field);
        assertThat(refusal.details().getInteger("row")).isEqualTo(row);
        assertThat(refusal.message()).contains(words);
    }

    @Test
    void refusesRowsThatAreTooLong() {
        Refusal second = refusal("{\"rows\": [\"1\", \"" + "x".repeat(70_000) + "\"]}");
        assertThat(second.code()).isEqualTo("row_too_long");
        assertThat(second.details().getInteger("row")).isEqualTo(2);
        // Such a value is not even read to its end.
        assertThat(refusal("{\"rows\": [\"1\", \"" + "x".repeat(700_000)).code())
                .isEqualTo("row_too_long");
    }

    @Test
    void refusesMoreColumnsThanAFileMayHave() {
        StringBuilder row = new StringBuilder("{\"rows\": [{\"c0\": 0");
        for (int i = 1; i <= 1000; i++) {
            row.append(", \"c").append(i).append("\": 0");
        }
        Refusal refusal = refusal(row + "}]}");
        assertThat(refusal.code()).isEqualTo("bad_row");
        assertThat(refusal.field()).isEqualTo("rows[0].c1000");
    }

    @Test
    void refusesRowsThatGrowBeyondTheLimitAsAFile() {
        String few = "{\"rows\": [{\"a\": 1, \"b\": 1, \"c\": 1}" + ", {}".repeat(40) + "]}";
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> RowsDocument.read(bytes(few), 300));
        assertThat(refusal.code()).isEqualTo("too_large");
        assertThat(refusal.field()).isEqualTo("rows");
    }

    @Test
    void refusesMoreValuesThanAFieldMayHave() {
        Refusal refusal = refusal("{\"delay_ms\": [1" + ", 2".repeat(32) + "], \"rows\": [\"1\"]}");
        assertThat(refusal.code()).isEqualTo("invalid_field");
        assertThat(refusal.field()).isEqualTo("delay_ms");
    }

    @Test
    void saysWhereANumberIsTooLarge() {
        Refusal refusal = refusal("{\"options\": {\"sample\": 1e400}, \"rows\": [\"1\"]}");
        assertThat(refusal.code()).isEqualTo("invalid_json");
        assertThat(refusal.message()).contains("line 1");
    }

    @Test
    void skipsAByteOrderMark() throws Exception {
        assertThat(csv("\ufeff{\"recipe\": [\"x\"], \"rows\": [\"1\"]}")).isEqualTo("\"key\"\n\"1\"\n");
    }

    @Test
    void endsOnce() throws Exception {
        String json = "{\"rows\": [{\"a\": 1}], \"recipe\": \"x\"}";
        assertThat(read(json).into(new Keeping(), bytes(json))).isEqualTo(-1);
    }

    @Test
    void refusesWhatIsNoText() {
        byte[] latin = "{\"rows\": [\"\u00e9\"]}".getBytes(StandardCharsets.ISO_8859_1);
        Refusal refusal =
                catchThrowableOfType(Refusal.class, () -> RowsDocument.read(new ByteArrayInputStream(latin), PLENTY));
        assertThat(refusal.code()).isEqualTo("bad_encoding");
    }
}
