package dev.rowhound.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1",
                "127.0.1",
                "2130706433",
                "017700000001",
                "0x7f000001",
                "0x7F.1",
                "0177.0.0.1",
                "0x7f.0x0.0x0.0x1",
                "127.0.0.1.",
                "１２７.０.０.１",
                "127。0。0。1",
                "127.0.0.0x1"
            })
    void everySpellingOfAnAddressIsThatAddress(String spelling) {
        HostName host = HostName.parse(spelling).orElseThrow();

        assertThat(host.text()).isEqualTo("127.0.0.1");
        assertThat(host.literal()).isNotNull();
        assertThat(host.literal().isLoopbackAddress()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "[::1], [::1]",
        "[0:0:0:0:0:0:0:1], [::1]",
        "[FE80::1], [fe80::1]",
        "[2001:db8:0:0:1:0:0:1], [2001:db8::1:0:0:1]",
        "[::ffff:127.0.0.1], [::ffff:7f00:1]",
        "[::FFFF:7F00:1], [::ffff:7f00:1]",
        "[::], [::]",
        "[1:0:2:3:4:5:6:7], [1:0:2:3:4:5:6:7]",
        "EXAMPLE.org, example.org",
        "example.org., example.org",
        "bücher.example, xn--bcher-kva.example",
        "1.2.3., 1.2.0.3",
        "a_b.example, a_b.example",
        "1.2.3.4.example, 1.2.3.4.example"
    })
    void oneSpellingStandsForAll(String spelling, String text) {
        assertThat(HostName.parse(spelling)).map(HostName::text).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                "256.1.1.1",
                "1.2.3.4.5",
                "1.2.3.09",
                "127.0.0.08",
                "4294967296",
                "0x100000000",
                "foo.1",
                "[::1",
                "[::1%25eth0]",
                "[1.2.3.4]",
                "[g::1]",
                "a b",
                "a%2eb",
                "user@host",
                "a/b",
                "a\\b",
                "a:80",
                "99999999999999999999999999"
            })
    void whatNoBrowserAsksIsNoHost(String spelling) {
        assertThat(HostName.parse(spelling)).isEmpty();
    }

    @Test
    void anAddressTellsNobodyTheNameThatItWasFoundBy() throws Exception {
        HostName host = HostName.of(java.net.InetAddress.getByAddress("secret.example", new byte[] {8, 8, 8, 8}));

        assertThat(host.text()).isEqualTo("8.8.8.8");
        assertThat(host.literal()).hasToString("/8.8.8.8");
    }
}
