package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.SharedNode;
import dev.rowhound.TestNode;
import dev.rowhound.artifact.Sha256;
import dev.rowhound.http.Api.Answer;
import dev.rowhound.http.EventStream.Event;
import dev.rowhound.job.NameIds;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Uploads that are taken: what is read, what is sent twice, what can be done with the job meanwhile. */
@ExtendWith(SharedNode.class)
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class UploadIT {
    /** A company that the demo site knows. */
    private static final String COMPANY = "0101340108";

    /** Codes that the recipe refuses, so that their job ends at once. */
    private static final String REFUSED = "tax_code,note\n1,a\n2,b\n";

    private static final String LONG_NOTE = ",a note so long that some hundred rows make more than one chunk\n";

    private TestNode node;
    private Api api;

    @BeforeEach
    void use(TestNode shared) {
        node = shared;
        api = new Api(node);
    }

    /** A file that says the same as the others in its own way. */
    record Spelling(String name, byte[] bytes, String options) {
        Spelling(String name, String text, Charset charset, String options) {
            this(name, text.getBytes(charset), options);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Spelling> spellings() {
        String text = "tax_code,note\n1,\"Hà Nội, \"\"A\"\"\nvà B; C\tD\"\n2,\n";
        return List.of(
                new Spelling("UTF-8", text, StandardCharsets.UTF_8, "{}"),
                new Spelling("UTF-8 with a mark", "\uFEFF" + text, StandardCharsets.UTF_8, "{}"),
                new Spelling("UTF-16LE", "\uFEFF" + text, StandardCharsets.UTF_16LE, "{}"),
                new Spelling("UTF-16BE", "\uFEFF" + text, StandardCharsets.UTF_16BE, "{}"),
                new Spelling(
                        "Windows line ends",
                        text.replace("\n", "\r\n").replace("\"\"\r\n", "\"\"\n"),
                        StandardCharsets.UTF_8,
                        "{}"),
                new Spelling(
                        "semicolons",
                        text.replace("e,n", "e;n").replace("1,", "1;").replace("2,", "2;"),
                        StandardCharsets.UTF_8,
                        "{}"),
                new Spelling(
                        "tabs, as the options say",
                        text.replace("e,n", "e\tn").replace("1,", "1\t").replace("2,", "2\t"),
                        StandardCharsets.UTF_8,
                        "{\"delimiter\":\"tab\",\"header\":true}"));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void readsTheFileHoweverItIsSpelt(Spelling spelling) throws Exception {
        Answer answer = api.upload(
                Form.of("companies").field("options", spelling.options()).file(spelling.bytes()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        String job = answer.json().getString("id");
        JsonObject snapshot = api.job(job);
        assertThat(snapshot.getJsonArray("columns").getList()).isEqualTo(List.of("tax_code", "note"));
        assertThat(snapshot.getString("file")).isEqualTo("Danh sách.csv");
        assertThat(api.items(job, "limit=10"))
                .extracting(item -> item.getJsonObject("input"))
                .containsExactly(
                        new JsonObject().put("tax_code", "1").put("note", "Hà Nội, \"A\"\nvà B; C\tD"),
                        new JsonObject().put("tax_code", "2").put("note", ""));
    }

    @Test
    void readsAFileWithoutAHeader() throws Exception {
        Answer answer = api.upload(Form.of("companies")
                .field("column", "column_2")
                .field("options", "{\"header\":false}")
                .file("a,1\nb,2\n"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(api.items(answer.json().getString("id"), "limit=10"))
                .extracting(item -> item.getString("key"))
                .containsExactly("1", "2");
    }

    @Test
    void answersTheSameUploadWithTheSameJob() throws Exception {
        String key = unique();
        Answer first = api.upload(Form.of("companies").file(REFUSED), "Idempotency-Key", key);
        Answer second = api.upload(Form.of("companies").file(REFUSED), "Idempotency-Key", key);
        assertThat(second.status()).isEqualTo(202);
        String job = first.json().getString("id");
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(api.jobs()).containsOnlyOnce(job);
        assertThat(node.artifacts().stream().filter(file -> file.startsWith(job + "/input")))
                .hasSize(1);

        String id = UUID.randomUUID().toString();
        assertThat(api.upload(Form.of("companies").file(REFUSED), "Rowhound-Job-Id", id)
                        .status())
                .isEqualTo(202);
        assertThat(api.upload(Form.of("companies").file(REFUSED), "Rowhound-Job-Id", id)
                        .json()
                        .getString("id"))
                .isEqualTo(id);
    }

    @Test
    void keepsTheKeysOfCallersApart() throws Exception {
        String key = unique();
        Answer mine = api.upload(Form.of("companies").file(REFUSED), "Idempotency-Key", key, "Rowhound-User", "an");
        Answer yours = api.upload(Form.of("companies").file(REFUSED), "Idempotency-Key", key, "Rowhound-User", "binh");
        assertThat(yours.status()).isEqualTo(202);
        assertThat(yours.json().getString("id")).isNotEqualTo(mine.json().getString("id"));
        assertThat(api.get(Api.JOBS + "?user_id=binh").json().getJsonArray("jobs"))
                .extracting(job -> ((JsonObject) job).getString("id"))
                .containsExactly(yours.json().getString("id"));
    }

    @Test
    void keepsTheKeysOfUsersInTheFormApart() throws Exception {
        String key = unique();
        List<String> ids = new ArrayList<>();
        for (String user : List.of("a" + key, "b" + key, "a" + key)) {
            Answer answer =
                    api.upload(Form.of("companies").field("user_id", user).file(REFUSED), "Idempotency-Key", key);
            assertThat(answer.status()).as(answer.text()).isEqualTo(202);
            ids.add(answer.json().getString("id"));
        }
        assertThat(ids.get(1)).isNotEqualTo(ids.get(0));
        assertThat(ids.get(2)).isEqualTo(ids.get(0));
    }

    @Test
    void givesIdsThatDoNotFollowFromUserAndKeyAlone() throws Exception {
        String key = unique();
        String id = api.upload(Form.of("companies").file(REFUSED), "Idempotency-Key", key, "Rowhound-User", key)
                .json()
                .getString("id");
        String digest = Sha256.hex(key + "\n" + key);
        assertThat(id.replace("-", "")).isNotEqualTo(digest.substring(0, 32));
        String secret = node.send(Command.GET, "{a}:secret").toString();
        assertThat(id).isEqualTo(new NameIds(secret).of("upload", key, key, 1));
    }

    @Test
    void refusesAnotherUploadUnderTheSameName() throws Exception {
        for (String header : List.of("Idempotency-Key", "Rowhound-Job-Id")) {
            String name = unique();
            String job = api.upload(Form.of("companies").file(REFUSED), header, name)
                    .json()
                    .getString("id");
            JsonObject before = api.job(job);
            List<Form> others = List.of(
                    Form.of("companies").file(REFUSED + "3,c\n"),
                    Form.of("companies").field("column", "note").file(REFUSED),
                    Form.of("javadoc").field("column", "tax_code").file(REFUSED));
            for (Form other : others) {
                Answer answer = api.upload(other, header, name);
                assertThat(answer.status()).as(answer.text()).isEqualTo(409);
                assertThat(answer.json().getString("code"))
                        .isEqualTo(header.equals("Rowhound-Job-Id") ? "job_exists" : "idempotency_conflict");
                assertThat(answer.json().getString("field")).isEqualTo(header);
            }
            assertThat(api.job(job)).isEqualTo(before);
            assertThat(node.artifacts().stream().filter(file -> file.startsWith(job + "/input")))
                    .hasSize(1);
        }
    }

    @Test
    void refusesTheSameUploadWhileTheFirstIsUnderWay() throws Exception {
        String id = unique();
        String rows = ("1" + LONG_NOTE).repeat(600);
        try (SlowUpload first = SlowUpload.begin(node.address(), "companies", "tax_code,note", "Rowhound-Job-Id", id)) {
            first.send(rows);
            api.awaitJob(id);
            Answer second = api.upload(Form.of("companies").file("tax_code,note\n" + rows), "Rowhound-Job-Id", id);
            assertThat(second.status()).isEqualTo(409);
            assertThat(second.json().getString("code")).isEqualTo("upload_in_progress");
            assertThat(api.job(id).getString("state")).isEqualTo("receiving");

            assertThat(first.finish().status()).isEqualTo(202);
        }
        assertThat(api.job(id).getInteger("total")).isEqualTo(600);
        assertThat(api.upload(Form.of("companies").file("tax_code,note\n" + rows), "Rowhound-Job-Id", id)
                        .status())
                .isEqualTo(202);
    }

    @Test
    void looksRowsUpWhileTheRestStillArrives() throws Exception {
        String id = unique();
        try (SlowUpload upload =
                SlowUpload.begin(node.address(), "companies", "tax_code,note", "Rowhound-Job-Id", id)) {
            upload.send(COMPANY + LONG_NOTE + ("1" + LONG_NOTE).repeat(600));
            api.awaitJob(id);
            try (EventStream stream = api.events(id)) {
                List<Event> events = stream.until(event -> event.type().equals("item.ended"));
                JsonObject end = events.get(events.size() - 1).json();
                assertThat(end.getString("key")).isEqualTo(COMPANY);
                assertThat(end.getString("state")).isEqualTo("found");
                assertThat(end.getJsonObject("counters").getInteger("total")).isNull();
                JsonObject job = api.job(id);
                assertThat(job.getString("state")).isEqualTo("receiving");
                assertThat(job.getValue("total")).isNull();

                SlowUpload.Answer answer = upload.finish();
                assertThat(answer.status()).isEqualTo(202);
                assertThat(answer.headers()).containsEntry("location", Api.JOBS + "/" + id);
                assertThat(stream.rest())
                        .extracting(Event::type)
                        .containsExactly("rows.rejected", "job.running", "job.completed");
            }
        }
        assertThat(api.job(id).getInteger("total")).isEqualTo(601);
    }

    @Test
    void tellsTheUploaderThatTheJobWasCancelled() throws Exception {
        String id = unique();
        try (SlowUpload upload =
                SlowUpload.begin(node.address(), "companies", "tax_code,note", "Rowhound-Job-Id", id)) {
            upload.send(("1" + LONG_NOTE).repeat(600));
            api.awaitJob(id);
            Await.until("the first chunk", () -> api.job(id).getInteger("received"), rows -> rows == 500);
            Answer cancelled = api.post(Api.JOBS + "/" + id + "/cancel");
            assertThat(cancelled.status()).isEqualTo(200);
            assertThat(cancelled.json().getString("state")).isEqualTo("cancelled");

            SlowUpload.Answer answer = upload.finish();
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.json().getString("code")).isEqualTo("job_ended");
        }
        assertThat(api.job(id).getString("state")).isEqualTo("cancelled");
        assertThat(api.job(id).getInteger("received")).isEqualTo(500);
        assertThat(node.artifacts()).noneMatch(file -> file.startsWith(id));
    }

    @Test
    void cancelsAsOftenAsItIsAskedTo() throws Exception {
        String codes = Stream.iterate(1_000_000_000L, code -> code + 1)
                .limit(3000)
                .map(code -> code + "\n")
                .collect(Collectors.joining());
        String job = api.upload(Form.of("companies").file("tax_code\n" + codes))
                .json()
                .getString("id");
        for (int i = 0; i < 2; i++) {
            Answer answer = api.post(Api.JOBS + "/" + job + "/cancel");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().getString("state")).isEqualTo("cancelled");
        }
        JsonObject end = api.job(job);
        assertThat(end.getInteger("done")).isEqualTo(3000);
        assertThat(end.getJsonObject("counters").getInteger("cancelled")).isPositive();
        try (EventStream events = api.events(job)) {
            List<Event> all = events.rest();
            assertThat(all)
                    .filteredOn(event -> event.type().equals("job.cancelled"))
                    .hasSize(1);
            assertThat(all.get(all.size() - 1).type()).isEqualTo("job.cancelled");
        }
        assertThat(api.items(job, "limit=1000&state=cancelled"))
                .hasSize(end.getJsonObject("counters").getInteger("cancelled"));
    }

    @Test
    void cannotCancelWhatHasEnded() throws Exception {
        String job = api.upload(Form.of("companies").file(REFUSED)).json().getString("id");
        assertThat(api.job(job).getString("state")).isEqualTo("completed");
        Answer answer = api.post(Api.JOBS + "/" + job + "/cancel");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().getString("code")).isEqualTo("job_ended");
        assertThat(api.job(job).getString("state")).isEqualTo("completed");
    }

    @Test
    void looksAKeyUpOnceThatComes900000Times() throws Exception {
        int rows = 900_000;
        byte[] some = (COMPANY + "\n").repeat(1000).getBytes(StandardCharsets.UTF_8);
        InputStream file = new SequenceInputStream(Collections.enumeration(Stream.concat(
                        Stream.of("tax_code\n".getBytes(StandardCharsets.UTF_8)),
                        Stream.generate(() -> some).limit(rows / 1000))
                .map(ByteArrayInputStream::new)
                .toList()));

        Answer answer = api.upload(Form.of("companies").file(file));

        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(answer.json().getInteger("total")).isEqualTo(rows);
        String job = answer.json().getString("id");
        JsonObject end = api.awaitEnd(job);
        assertThat(end.getString("state")).isEqualTo("completed");
        assertThat(end.getJsonObject("counters").getInteger("found")).isEqualTo(rows);
        assertThat(end.getInteger("done")).isEqualTo(rows);
        try (EventStream stream = api.events(job)) {
            int told = 0;
            int started = 0;
            for (Event event = stream.next(); event != null; event = stream.next()) {
                started += event.type().equals("item.started") ? 1 : 0;
                told += event.type().equals("item.ended") ? event.json().getInteger("rows", 1) : 0;
                told += event.type().equals("rows.repeated") ? event.json().getInteger("count") : 0;
            }
            assertThat(started).as("look-ups").isEqualTo(1);
            assertThat(told).as("rows whose end was told").isEqualTo(rows);
        }
        JsonObject last = api.get(Api.JOBS + "/" + job + "/items?limit=5&cursor=" + (rows - 2))
                .json();
        assertThat(last.getJsonArray("items")).hasSize(3).allSatisfy(item -> {
            assertThat(((JsonObject) item).getInteger("alias_of")).isEqualTo(1);
            assertThat(((JsonObject) item).getString("state")).isEqualTo("found");
            assertThat(((JsonObject) item).getJsonObject("fields").getString("name"))
                    .isNotBlank();
        });
        assertThat(last.getString("next")).isNull();
    }

    private static String unique() {
        return UUID.randomUUID().toString();
    }
}
