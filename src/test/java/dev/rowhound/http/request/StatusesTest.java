package dev.rowhound.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.submission.RepeatedFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The statuses of refusals. */
class StatusesTest {
    @ParameterizedTest
    @ValueSource(strings = {"quota_exceeded", "too_large", "bad_row"})
    void aRepeatedFailureIsAFaultOfTheRequest(String code) {
        JsonObject reason = new JsonObject().put("code", code).put("message", "it was so");
        assertThat(Statuses.of(new RepeatedFailure(reason))).isEqualTo(400);
    }

    @Test
    void aCodeHasItsStatus() {
        assertThat(Statuses.of(Refusal.of("quota_exceeded", "too many"))).isEqualTo(429);
        assertThat(Statuses.of(Refusal.of("some_fault", "so"))).isEqualTo(400);
    }

    @Test
    void aCopyKeepsItsStatus() {
        Refusal refusal = HttpRefusal.of(418, "busy", "not here", null);
        Duration wait = Duration.ofSeconds(7);
        Refusal copy = refusal.with("line", 3).retryAfter(wait);
        assertThat(Statuses.of(copy)).isEqualTo(418);
        assertThat(copy.details().getInteger("line")).isEqualTo(3);
        assertThat(copy.retryAfter()).isEqualTo(wait);
        assertThat(HttpRefusal.of(419, copy).retryAfter()).isEqualTo(wait);
    }
}
