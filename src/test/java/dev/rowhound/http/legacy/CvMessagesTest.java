package dev.rowhound.http.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.JobEvent;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CvMessagesTest {
    private static final String JOB = "3f0c7f6e-8a55-4f0e-9f9b-6c2a4f1f3b11";

    private static JobEvent event(String type, String own, String counters) {
        Cursor cursor = new Cursor(17, "9f3a01bc");
        return new JobEvent(
                cursor,
                type,
                "{\"v\":1,\"id\":\"" + cursor + "\",\"seq\":17,\"type\":\"" + type + "\",\"job\":\"" + JOB + "\"" + own
                        + ",\"counters\":{" + counters + "}}");
    }

    private static List<JsonObject> told(JobEvent... events) {
        return CvMessages.of(JOB, List.of(events), "place").stream()
                .map(JsonObject::new)
                .toList();
    }

    private static JsonObject batch(String type, String counters) {
        List<JsonObject> told = told(event(type, "", counters));
        assertThat(told).hasSize(1);
        return told.get(0);
    }

    @Test
    void tellsAStepOfAnItem() {
        JobEvent retrying = event(
                "item.retrying",
                ",\"row\":12,\"key\":\"a.pdf\",\"error\":{\"code\":\"timeout\",\"message\":\"No answer.\",\"step\":\"start\"}",
                "\"waiting\":1,\"retrying\":1,\"total\":2");
        List<JsonObject> told = told(retrying);
        assertThat(told)
                .extracting(message -> message.getString("type"))
                .containsExactly("cv_progress", "batch_progress");
        assertThat(told.get(0).encode())
                .isEqualTo("{\"type\":\"cv_progress\",\"id\":\"17.9f3a01bc\",\"batch_id\":\"" + JOB
                        + "\",\"cv_id\":12,\"file\":\"a.pdf\",\"status\":\"retrying\",\"state\":null,\"progress\":0,"
                        + "\"error\":\"No answer.\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "item.started,,processing,0",
        "item.held,,held,0",
        "item.answered,,processing,0",
        "item.needs_human,,needs_human,0",
        "item.ended,found,completed,100",
        "item.ended,not_found,completed,100",
        "item.ended,blocked,failed,100",
        "item.ended,failed,failed,100",
    })
    void hasAWordForEachStep(String type, String state, String status, int progress) {
        String own = ",\"row\":1,\"key\":\"a\"" + (state == null ? "" : ",\"state\":\"" + state + "\",\"error\":null");
        JsonObject told = told(event(type, own, "\"found\":1,\"total\":1")).get(0);
        assertThat(told.getString("status")).isEqualTo(status);
        assertThat(told.getInteger("progress")).isEqualTo(progress);
        assertThat(told.getString("state")).isEqualTo(state);
        assertThat(told.getString("error")).isNull();
    }

    @Test
    void tellsOnceBehindAllHowTheBatchStands() {
        String own = ",\"row\":1,\"key\":\"a\"";
        List<JsonObject> told = told(
                event("item.started", own, "\"waiting\":2,\"running\":1,\"total\":3"),
                event("item.ended", own + ",\"state\":\"found\"", "\"waiting\":2,\"found\":1,\"total\":3"));
        assertThat(told)
                .extracting(message -> message.getString("type"))
                .containsExactly("cv_progress", "cv_progress", "batch_progress");
        assertThat(told.get(2).encode())
                .isEqualTo("{\"type\":\"batch_progress\",\"batch_id\":\"" + JOB
                        + "\",\"status\":\"processing\",\"total\":3,\"completed\":1,\"failed\":0,\"percent\":33,"
                        + "\"cursor\":\"place\"}");
    }

    @Test
    void knowsWhereABatchStands() {
        JsonObject queued = batch("job.receiving", "\"waiting\":5,\"total\":null");
        assertThat(queued.getString("status")).isEqualTo("queued");
        assertThat(queued.getInteger("total")).isEqualTo(5);
        assertThat(queued.getInteger("percent")).isZero();
        assertThat(batch("job.paused", "\"waiting\":4,\"running\":1,\"total\":5")
                        .getString("status"))
                .isEqualTo("processing");
        JsonObject completed = batch(
                "job.completed", "\"waiting\":0,\"found\":2,\"not_found\":1,\"failed\":1,\"blocked\":1,\"total\":5");
        assertThat(completed.getString("status")).isEqualTo("completed");
        assertThat(completed.getInteger("completed")).isEqualTo(3);
        assertThat(completed.getInteger("failed")).isEqualTo(2);
        assertThat(completed.getInteger("percent")).isEqualTo(100);
        assertThat(batch("job.cancelled", "\"found\":1,\"cancelled\":4,\"total\":5")
                        .getString("status"))
                .isEqualTo("failed");
    }

    @Test
    void saysAHundredPerCentOnlyAtTheEnd() {
        assertThat(Stream.of(0, 1, 199, 200).map(done -> CvMessages.percent(done, 200, false)))
                .containsExactly(0, 0, 99, 99);
        assertThat(CvMessages.percent(200, 200, true)).isEqualTo(100);
        assertThat(CvMessages.percent(0, 0, false)).isZero();
    }
}
