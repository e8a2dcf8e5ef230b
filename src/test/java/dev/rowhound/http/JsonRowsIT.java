package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.SharedNode;
import dev.rowhound.TestNode;
import dev.rowhound.http.Api.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs that are made of rows in JSON. */
@ExtendWith(SharedNode.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class JsonRowsIT {
    private static final String KEY = "Idempotency-Key";

    private Api api;

    @BeforeEach
    void use(TestNode shared) {
        api = new Api(shared);
    }

    /** A document; the recipe refuses short codes, so that their job ends at once. */
    private static JsonObject document(Object... rows) {
        return new JsonObject().put("recipe", "companies").put("rows", new JsonArray(List.of(rows)));
    }

    private static JsonObject row(Object code, String note) {
        return new JsonObject().put("note", note).put("tax_code", code);
    }

    private Answer post(String path, String body, String... headers) throws Exception {
        return api.send(api.request(path, headers)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString(body)));
    }

    private String job(JsonObject document, String... headers) throws Exception {
        Answer answer = post(Api.JOBS, document.encode(), headers);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().getString("id");
    }

    @Test
    void becomeAJobAsThoseOfAFileDo() throws Exception {
        String job = job(document(row(1, "Hà Nội, \"A\"\r\nB"), new JsonObject().put("tax_code", "2"))
                .put("priority", 7)
                .put("delay_ms", new JsonArray().add(10).add(20)));

        JsonObject end = api.awaitEnd(job);
        assertThat(end.getString("state")).isEqualTo("completed");
        assertThat(end.getString("file")).isEqualTo("rows.json");
        assertThat(end.getJsonObject("header"))
                .isEqualTo(new JsonObject().put("present", true).put("detected", false));
        assertThat(end.getInteger("priority")).isEqualTo(7);
        assertThat(end.getJsonArray("delay_ms"))
                .isEqualTo(new JsonArray().add(10).add(20));
        assertThat(api.items(job, "limit=10"))
                .extracting(item -> item.getJsonObject("input"))
                .containsExactly(row("1", "Hà Nội, \"A\"\r\nB"), row("2", ""));
        assertThat(api.get(Api.JOBS + "/" + job + "/results?format=csv").text())
                .contains("note,tax_code,state", ",2,invalid_input");
    }

    @Test
    void mayBeKeysAlone() throws Exception {
        String job = job(document("1", 2, "1"));
        assertThat(api.job(job).getString("column")).isEqualTo("key");
        assertThat(api.items(job, "limit=10"))
                .extracting(item -> item.getString("key"))
                .containsExactly("1", "2", "1");
    }

    @Test
    void areLookedUp() throws Exception {
        JsonObject end = api.awaitEnd(job(document("0101340108")));
        assertThat(end.getJsonObject("counters").getInteger("found")).isEqualTo(1);
    }

    @Test
    void makeTheSameJobUnderTheSameKey() throws Exception {
        String key = UUID.randomUUID().toString();
        String job = job(document("1"), KEY, key);
        assertThat(job(document("1"), KEY, key)).isEqualTo(job);

        Answer other = post(Api.JOBS, document("2").encode(), KEY, key);
        assertThat(other.status()).as(other.text()).isEqualTo(409);
        assertThat(other.json().getString("code")).isEqualTo("idempotency_conflict");
    }

    @Test
    void mayBeMany() throws Exception {
        JsonArray rows = new JsonArray();
        for (int i = 1; i <= 3000; i++) {
            rows.add(row(i, "x".repeat(500)));
        }
        String job = job(new JsonObject().put("rows", rows).put("recipe", "companies"));
        assertThat(api.awaitEnd(job).getInteger("total")).isEqualTo(3000);
        assertThat(api.items(job, "limit=1000"))
                .extracting(item -> item.getString("key"))
                .startsWith("1", "2")
                .endsWith("2999", "3000");
    }

    @Test
    void areScheduledToo() throws Exception {
        JsonObject schedule =
                document("1", "2").put("name", "rows " + UUID.randomUUID()).put("cron", "0 6 1 1 *");
        Answer answer = post("/api/v1/schedules", schedule.encode());
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.json().getInteger("rows")).isEqualTo(2);
        assertThat(answer.json().getString("column")).isEqualTo("key");
        assertThat(api.send(api.request(answer.header("Location")).DELETE()).status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "rows": ["1"]                                              | missing_field  | recipe        |   | companies
            "recipe": "company", "rows": ["1"]                         | no_such_recipe | recipe        |   | companies
            "recipe": "companies", "rows": ["1"], "colum": "a"         | unknown_field  | colum         |   | column
            "recipe": "companies", "rows": [{"id": 1, "b": 2}]         | no_such_column | column        |   | id, b
            "recipe": "companies", "rows": ["1", []]                   | bad_row        | rows[1]       | 2 | row 2
            "recipe": "companies", "rows": ["1"], "options": {"sam":1} | invalid_field  | options.sam   |   | sample
            "recipe": "companies", "rows": ["1"                        | invalid_json   |               |   | line 1
            """)
    void areRefusedAndLeaveNothing(String body, String code, String field, Integer row, String words) throws Exception {
        String user = "u" + UUID.randomUUID();

        Answer answer = post(Api.JOBS, "{" + body + "}", "Rowhound-User", user);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        JsonObject error = answer.json();
        assertThat(error.getString("code")).as(answer.text()).isEqualTo(code);
        assertThat(error.getString("field")).isEqualTo(field);
        assertThat(error.getInteger("row")).isEqualTo(row);
        assertThat(error.containsKey("line")).isFalse();
        assertThat(error.getString("message")).contains(words);
        assertThat(api.get(Api.JOBS, "Rowhound-User", user).json().getJsonArray("jobs"))
                .isEmpty();
    }

    @Test
    void areNothingForTheOldApi() throws Exception {
        assertThat(post("/crawl_csv", document("1").encode()).status()).isEqualTo(415);
    }
}
