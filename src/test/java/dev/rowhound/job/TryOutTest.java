package dev.rowhound.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.TryOut.Trial;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class TryOutTest {
    private static final Trial FIRST = trial(new Evidence(Evidence.TRACE, "application/zip", new byte[60]));
    private static final Trial SECOND = trial(
            new Evidence(Evidence.HAR, "application/json", new byte[30]),
            new Evidence(Evidence.SCREENSHOT, "image/png", new byte[] {(byte) 0xfb, (byte) 0xff}));

    private static Trial trial(Evidence... evidence) {
        return new Trial("k", ItemResult.notFound(), List.of(evidence));
    }

    private static List<Object> omitted(Trial one, JsonArray trials, int number) {
        JsonArray files = trials.getJsonObject(number).getJsonArray("evidence");
        assertThat(files).hasSize(one.evidence().size());
        return files.stream()
                .map(file -> (JsonObject) file)
                .filter(file -> file.getBoolean("omitted", false) && !file.containsKey("base64"))
                .map(file -> file.getValue("name"))
                .toList();
    }

    @Test
    void picturesComeBeforeWhatIsLarger() {
        JsonArray trials = Trial.toJson(List.of(FIRST, SECOND), 61);
        assertThat(omitted(FIRST, trials, 0)).containsExactly(Evidence.TRACE);
        assertThat(omitted(SECOND, trials, 1)).isEmpty();
        assertThat(omitted(FIRST, Trial.toJson(List.of(FIRST, SECOND), 92), 0)).isEmpty();
    }

    @Test
    void filesAreInTheBase64ThatBrowsersRead() {
        JsonObject picture = SECOND.toJson().getJsonArray("evidence").getJsonObject(1);
        assertThat(picture)
                .isEqualTo(new JsonObject()
                        .put("name", "screenshot.png")
                        .put("media_type", "image/png")
                        .put("bytes", 2)
                        .put("base64", "+/8="));
    }
}
