package dev.rowhound.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.net.HostName;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
    private static final HostName NAME = HostName.parse("site.example").orElseThrow();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
                "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.169.254", "172.16.0.1",
                "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
                "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
                "255.255.255.255"
            })
    void whatIsNotOfThePublicInternetIsRefused(String address) {
        assertThat(refusal(address)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "::1",
                "::7f00:1",
                "::a00:1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:0:10.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::808:808",
                "100::1",
                "2001:0:a00:1::1",
                "2001:0:808:808::f5ff:fffe",
                "2001:2::1",
                "2001:10::1",
                "2001:20::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2002:c0a8:101::1",
                "3fff::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff02::1",
                "5f00::1",
                "4000::1"
            })
    void theSameHoldsForTheNewerFormAndWhatItHides(String address) {
        assertThat(refusal("[" + address + "]")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.0.1",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.1",
                "192.167.255.255",
                "198.17.0.1",
                "198.20.0.0",
                "223.255.255.255",
                "[2606:4700::1111]",
                "[2001:4860:4860::8888]",
                "[64:ff9b::808:808]",
                "[2002:808:808::1]",
                "[::ffff:8.8.8.8]",
                "[2001:0:808:808::f7f7:f7f7]"
            })
    void thePublicInternetIsNot(String address) {
        assertThat(refusal(address)).isEmpty();
    }

    @Test
    void theReasonNamesTheHostAndWhatToDo() throws Exception {
        AddressRules rules = new AddressRules(List.of());

        assertThat(rules.refusal(NAME, 8080, InetAddress.getByName("10.1.2.3")))
                .contains("site.example resolves to 10.1.2.3, which is a private address;"
                        + " add \"site.example:8080\" to crawl.allow to permit it");
    }

    @Test
    void anEntryAllowsItsNameItsAddressItsRangeAndItsPort() throws Exception {
        InetAddress ten = InetAddress.getByName("10.1.2.3");

        assertThat(rules("site.example:8080").refusal(NAME, 8080, ten)).isEmpty();
        assertThat(rules("SITE.example.:8080").refusal(NAME, 8080, ten)).isEmpty();
        assertThat(rules("site.example:*").refusal(NAME, 1, ten)).isEmpty();
        assertThat(rules("10.1.2.3:8080").refusal(NAME, 8080, ten)).isEmpty();
        assertThat(rules("10.0.0.0/8:8080").refusal(NAME, 8080, ten)).isEmpty();
        assertThat(rules("[fd00::/8]:443").refusal(NAME, 443, InetAddress.getByName("fd00::7")))
                .isEmpty();
        assertThat(rules("[::1]:443").refusal(NAME, 443, InetAddress.getByName("::1")))
                .isEmpty();

        assertThat(rules("site.example:8080").refusal(NAME, 8081, ten)).isNotEmpty();
        assertThat(rules("other.example:8080").refusal(NAME, 8080, ten)).isNotEmpty();
        assertThat(rules("10.1.2.4:8080").refusal(NAME, 8080, ten)).isNotEmpty();
        assertThat(rules("10.1.2.3:8080").refusal(NAME, 8081, ten)).isNotEmpty();
        assertThat(rules("10.0.0.0/16:8080").refusal(NAME, 8080, ten)).isNotEmpty();
        assertThat(rules("[::1]:443").refusal(NAME, 443, InetAddress.getByName("127.0.0.1")))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host:",
                ":80",
                "host:0",
                "host:65536",
                "host:http",
                "http://host:80",
                "10.0.0.1/8:80",
                "10.0.0.0/33:80",
                "::1:80",
                "[::1]",
                "[::1]:",
                "[10.0.0.1]:80",
                "[host]:80",
                "127.1:80",
                "256.1.1.1:80",
                "*:80",
                "a b:80",
                "host:80:80"
            })
    void whatIsNoEntryIsTold(String entry) {
        assertThat(AllowedTarget.parse(entry)).isEmpty();
    }

    private static AddressRules rules(String... entries) {
        return new AddressRules(Stream.of(entries)
                .map(entry -> AllowedTarget.parse(entry).orElseThrow())
                .toList());
    }

    private static java.util.Optional<String> refusal(String literal) {
        HostName host = HostName.parse(literal).orElseThrow();
        return new AddressRules(List.of()).refusal(host, 80, host.literal());
    }
}
