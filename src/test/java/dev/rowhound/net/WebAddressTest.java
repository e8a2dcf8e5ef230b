package dev.rowhound.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAddressTest {

    @ParameterizedTest
    @CsvSource({
        "http://example.org, http://example.org, 80, /",
        "HTTPS://Example.ORG/a?b#c, https://example.org, 443, /a?b",
        "https://example.org:8443/, https://example.org:8443, 8443, /",
        "http://user:pass@127.1:80/, http://127.0.0.1, 80, /",
        "http://good.example@10.0.0.1/, http://10.0.0.1, 80, /",
        "http://a@b@10.0.0.1/, http://10.0.0.1, 80, /",
        "http:\\\\0x7f.1\\x, http://127.0.0.1, 80, /x",
        "http://[::ffff:127.0.0.1]:8080?x, http://[::ffff:7f00:1]:8080, 8080, /?x",
        "http://h/a b\u00fc?\\ , http://h, 80, /a%20b%C3%BC?\\",
        "'  http://example.org/  ', http://example.org, 80, /"
    })
    void itIsTakenApartAsBrowsersDo(String url, String origin, int port, String target) {
        WebAddress address = WebAddress.parse(url).orElseThrow();

        assertThat(address.origin()).isEqualTo(origin);
        assertThat(address.port()).isEqualTo(port);
        assertThat(address.target()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "data:text/html,x",
                "ftp://example.org/",
                "javascript:alert(1)",
                "about:blank",
                "view-source:http://example.org/",
                "chrome://settings",
                "blob:http://example.org/x",
                "example.org",
                "//example.org",
                "http:example.org",
                "http://",
                "http://:80/",
                "http://a:99999/",
                "http://256.256.1.1/",
                "filesystem:http://example.org/x",
                "ws://example.org/"
            })
    void whatIsNoAddressOfTheWebIsRefused(String url) {
        assertThat(WebAddress.parse(url)).isEmpty();
        assertThat(WebAddress.refusal(url)).isNotEmpty();
    }

    @Test
    void theRefusalNamesTheScheme() {
        assertThat(WebAddress.refusal("FILE:///etc/passwd"))
                .contains("URLs with the scheme file: are not supported, only http: and https:");
        assertThat(WebAddress.refusal("https://example.org/")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/b, http://h:81/b", "b, http://h:81/x/b", "../b?c=/../d, http://h:81/b?c=/../d", "./, http://h:81/x/",
        "?q, http://h:81/x/y?q", "//other/z, http://other/z", "'', http://h:81/x/y?old", "../../../.., http://h:81/",
        "b#frag, http://h:81/x/b#frag", "http://0x7f.1/, http://127.0.0.1/"
    })
    void linksAreResolved(String reference, String whole) {
        assertThat(WebLink.resolve("http://h:81/x/y?old", reference)).contains(whole);
    }
}
