package dev.rowhound.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks, and who only says so. */
class ClientAddressTest {
    private static final String PROXY = "10.0.0.1";
    private static final String EDGE = "173.245.48.9";
    private static final String CLIENT = "198.51.100.7";
    private static final String FORGED = "203.0.113.66";

    private static ClientAddress trusting(String... ranges) {
        return read("x_forwarded_for", new Problems("test"), ranges);
    }

    private static ClientAddress cloudflare(String... ranges) {
        return read("cf_connecting_ip", new Problems("test"), ranges);
    }

    private static ClientAddress read(String source, Problems problems, String... ranges) {
        JsonObject section = new JsonObject()
                .put("trusted_proxies", new JsonArray(List.of(ranges)))
                .put("client_address", source);
        return ClientAddress.from(new JsonReader(new JsonObject().put("http", section), problems).object("http"));
    }

    @Test
    void nobodyIsBelievedByDefault() {
        ClientAddress addresses =
                ClientAddress.from(new JsonReader(new JsonObject(), new Problems("test")).object("http"));

        assertThat(addresses.of(CLIENT, List.of(FORGED), FORGED)).isEqualTo(CLIENT);
        assertThat(addresses.of("127.0.0.1", List.of(FORGED), FORGED)).isEqualTo("127.0.0.1");
    }

    @Test
    void aStrangersHeadersAreIgnored() {
        assertThat(trusting(PROXY).of(CLIENT, List.of(FORGED), FORGED)).isEqualTo(CLIENT);
        assertThat(cloudflare(EDGE).of(CLIENT, List.of(FORGED), FORGED)).isEqualTo(CLIENT);
    }

    @Test
    void aTrustedProxyTellsItsPeer() {
        assertThat(trusting(PROXY).of(PROXY, List.of(CLIENT), null)).isEqualTo(CLIENT);
        assertThat(trusting(PROXY).of(PROXY, List.of(), null)).isEqualTo(PROXY);
    }

    @Test
    void whatTheClientPutBeforeItIsIgnored() {
        // nginx and Apache add to the header that came, HAProxy adds a header of its own.
        assertThat(trusting(PROXY).of(PROXY, List.of(FORGED + ", " + CLIENT), null))
                .isEqualTo(CLIENT);
        assertThat(trusting(PROXY).of(PROXY, List.of(FORGED, CLIENT), null)).isEqualTo(CLIENT);
        assertThat(trusting(PROXY).of(PROXY, List.of(PROXY + "," + FORGED + ",," + CLIENT), null))
                .isEqualTo(CLIENT);
    }

    @Test
    void hopsAreFollowedBackThroughTrustedProxiesOnly() {
        ClientAddress addresses = trusting("10.0.0.0/8", "173.245.48.0/20");

        assertThat(addresses.of(PROXY, List.of(FORGED + ", " + CLIENT + ", " + EDGE), null))
                .isEqualTo(CLIENT);
        assertThat(trusting("10.0.0.0/8").of(PROXY, List.of(FORGED + ", " + CLIENT + ", " + EDGE), null))
                .isEqualTo(EDGE);
        assertThat(addresses.of(PROXY, List.of("10.1.1.1, 10.2.2.2"), null)).isEqualTo("10.1.1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "dead.beef", "localhost", "1.2.3", "300.1.1.1", "1:2:3", "<script>", "0x7f.1"})
    void whatIsNoAddressEndsTheTrail(String hop) {
        assertThat(trusting(PROXY).of(PROXY, List.of(FORGED + ", " + hop), null))
                .isEqualTo(PROXY);
        assertThat(cloudflare(PROXY).of(PROXY, List.of(CLIENT), hop)).isEqualTo(CLIENT);
    }

    @ParameterizedTest
    @CsvSource({
        "198.51.100.7:40123, 198.51.100.7",
        "[2001:db8::7]:443, 2001:db8:0:0:0:0:0:7",
        "[2001:db8::7], 2001:db8:0:0:0:0:0:7",
        "2001:DB8::7, 2001:db8:0:0:0:0:0:7",
        "::ffff:198.51.100.7, 198.51.100.7"
    })
    void addressesAreReadInAllTheirForms(String hop, String address) {
        assertThat(trusting(PROXY).of(PROXY, List.of(hop), null)).isEqualTo(address);
    }

    @Test
    void cloudflaresHeaderCountsOnlyWhereItIsAskedForAndFromATrustedPeer() {
        assertThat(cloudflare("173.245.48.0/20").of(EDGE, List.of(FORGED), CLIENT))
                .isEqualTo(CLIENT);
        assertThat(trusting("173.245.48.0/20").of(EDGE, List.of(CLIENT), FORGED))
                .isEqualTo(CLIENT);
        assertThat(cloudflare("173.245.48.0/20").of("173.245.64.1", List.of(), FORGED))
                .isEqualTo("173.245.64.1");
        // A call from within, which did not come by the edge.
        assertThat(cloudflare(PROXY).of(PROXY, List.of(CLIENT), null)).isEqualTo(CLIENT);
    }

    @Test
    void peersOfIpv6AreToldApartToo() {
        assertThat(trusting("2400:cb00::/32").of("2400:cb00:1::1", List.of(CLIENT), null))
                .isEqualTo(CLIENT);
        assertThat(trusting("2400:cb00::/32").of("2400:cb01:1::1", List.of(FORGED), null))
                .isEqualTo("2400:cb01:1:0:0:0:0:1");
        assertThat(trusting("0.0.0.0/0").of("::1", List.of(FORGED), null)).isEqualTo("0:0:0:0:0:0:0:1");
        assertThat(trusting("fe80::/10").of("fe80::1%eth0", List.of(CLIENT), null))
                .isEqualTo(CLIENT);
        assertThat(trusting(PROXY).of("::ffff:10.0.0.1", List.of(CLIENT), null)).isEqualTo(CLIENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/33", "10.1.2.3/8", "proxy.example", "fd00::/129", "10.0.0", "", "/8", "1.2.3.4/x"})
    void aWrongRangeIsTold(String range) {
        Problems problems = new Problems("test");
        read("x_forwarded_for", problems, "127.0.0.1", range);

        assertThat(problems.list().toString())
                .contains("http.trusted_proxies[1]", "is \"" + range + "\"", "10.0.0.0/8");
    }

    @Test
    void cloudflaresHeaderNeedsAProxyThatIsTrusted() {
        Problems problems = new Problems("test");
        read("cf_connecting_ip", problems);

        assertThat(problems.list().toString()).contains("http.client_address", "list them in http.trusted_proxies");
    }
}
