package dev.rowhound.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ErrorCode;
import org.junit.jupiter.api.Test;

class EgressRefusalTest {
    @Test
    void knowsItsAddress() {
        EgressRefusal refusal = new EgressRefusal(ErrorCode.DNS, "example.org", 443, "");

        assertThat(refusal.concerns("https://EXAMPLE.org./x")).isTrue();
        assertThat(refusal.concerns("http://example.org/x")).isFalse();
        assertThat(refusal.concerns("nonsense")).isFalse();
    }
}
