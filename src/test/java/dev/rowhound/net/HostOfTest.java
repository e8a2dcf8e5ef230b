package dev.rowhound.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostOfTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://example.org|example.org",
                "HTTP://Example.ORG/Path|example.org",
                "https://example.org:443/|example.org",
                "http://example.org:80?q|example.org",
                "http://example.org:443/|example.org:443",
                "https://example.org:8443/a:b@c|example.org:8443",
                "https://user:pw@example.org/|example.org",
                "https://a_b.example.org/|a_b.example.org",
                "http://[::1]:8110/|[::1]:8110",
                "http://example.org:/|example.org",
                "https://example.org\\@evil.example/|example.org",
                "https://example.org./|example.org",
                "https://Bücher.example/|xn--bcher-kva.example",
                "https:///x|''",
                "ftp://example.org/|''",
                "x|''",
            })
    void anAddressHasAHost(String address, String host) {
        assertThat(HostOf.address(address)).isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://example.org:8443/{key}|example.org:8443",
                "https://example.org{/path}{?q}|example.org",
                "https://example.org{?q}|example.org",
                "https://example.org{#q}|example.org",
                "https://example.org{/path}.org|''",
                "https://{region}.example.org/|''",
                "https://example.org:{port}/|''",
                "https://{+rest}|''",
                "https://example{.tld}/|''",
                "https://example.org|example.org",
            })
    void aTemplateHasAHostWhereItDoesNotVary(String template, String host) {
        assertThat(HostOf.template(template)).isEqualTo(host);
    }

    @Test
    @Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
    void aLongHostTakesNeitherStackNorTime() {
        assertThat(HostOf.address("http://" + "a@".repeat(30_000) + "b.example/"))
                .isEqualTo("b.example");
        assertThat(HostOf.address("http://" + "a".repeat(1_000_000) + "/")).isEmpty();
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            letters.appendCodePoint(0x4e00 + i % 20_000);
        }
        assertThat(HostOf.address("http://" + letters + "/")).isEmpty();
    }
}
