package dev.rowhound.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import dev.rowhound.job.Politeness;
import dev.rowhound.limit.QuotaConfig.Quota;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LimitConfigTest {
    private static final Politeness STANDARD = new Politeness(60, 2, 3, 0, 0);

    private final Problems problems = new Problems("test");

    private LimitConfig limits(String json) {
        JsonReader reader = new JsonReader(new JsonObject(json), problems);
        LimitConfig config = LimitConfig.from(reader);
        reader.end();
        return config;
    }

    private QuotaConfig quotas(String json) {
        JsonReader reader = new JsonReader(new JsonObject(json), problems);
        QuotaConfig config = QuotaConfig.from(reader);
        reader.end();
        return config;
    }

    private List<String> told() {
        return problems.list().stream().map(Problems.Problem::toString).toList();
    }

    @Test
    void hostsHaveTheStandardUnlessTheyHaveAnEntry() {
        LimitConfig config = limits("""
                {"host": {"rate_per_minute": 60, "burst": 2, "concurrency": 3},
                 "hosts": {"example.org": {"rate_per_minute": 0, "burst": 9}, "example.org:8443": {"concurrency": 1},
                           "localhost": {"concurrency": 5}}}""");

        assertThat(told()).isEmpty();
        assertThat(config.of("other.org")).isEqualTo(STANDARD);
        assertThat(config.of("example.org")).isEqualTo(new Politeness(0, 9, 3, 0, 0));
        assertThat(config.of("example.org:8080")).isEqualTo(new Politeness(0, 9, 3, 0, 0));
        assertThat(config.of("example.org:8443")).isEqualTo(new Politeness(60, 2, 1, 0, 0));
        assertThat(config.of("www.example.org")).isEqualTo(STANDARD);
        assertThat(config.of("localhost:8110")).isEqualTo(new Politeness(0, 1, 5, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "localhost:8110, true",
        "127.0.0.1, true",
        "127.0.0.1:80, true",
        "127.9.9.9, true",
        "[::1], true",
        "[::1]:8110, true",
        "127.0.0.1.example.org, false",
        "localhost.example.org, false",
        "10.0.0.1, false",
    })
    void theHostsOfThisMachineAreExempt(String host, boolean exempt) {
        LimitConfig config = limits("{}");

        assertThat(config.of(host)).isEqualTo(exempt ? Politeness.NONE : new Politeness(600, 10, 8, 0, 0));
        assertThat(config.exempt(host)).isEqualTo(exempt);
    }

    @Test
    void faultsNameTheirKey() {
        limits("{\"host\": {\"burst\": 0}, \"hosts\": {\"https://a/\": {}, \"A\": {\"rate\": 1}, \"a_b.c:80\": {}}}");

        assertThat(told()).hasSize(4);
        assertThat(told().get(0)).isEqualTo("host.burst: is 0; use a number from 1 to 10000");
        assertThat(told().get(1)).startsWith("hosts.https://a/: is not a host; use its name in lower case");
        assertThat(told().get(2)).startsWith("hosts.A: is not a host");
        assertThat(told().get(3)).startsWith("hosts.A.rate: is unknown");
    }

    @Test
    void usersHaveTheStandardUnlessTheyHaveAnEntry() {
        QuotaConfig config = quotas("""
                {"running": 4, "open_jobs": 5, "rows_per_day": 6, "users": {"alice": {"weight": 2, "running": 0}}}""");

        assertThat(told()).isEmpty();
        assertThat(config.of("bob")).isEqualTo(new Quota(4, 5, 6, 1_000, 1));
        assertThat(config.of("alice")).isEqualTo(new Quota(0, 5, 6, 1_000, 2));
    }

    @Test
    void withoutASectionNobodyHasAQuota() {
        assertThat(quotas("{}").of("alice")).isEqualTo(new Quota(0, 10_000, 0, 1_000, 1));
    }

    @Test
    void faultsOfQuotasNameTheirKey() {
        quotas("{\"weight\": 0, \"users\": {\"a b\": {}, \"alice\": {\"rows\": 1}}}");

        assertThat(told()).hasSize(3);
        assertThat(told().get(0)).isEqualTo("weight: is 0; use a number from 1 to 1000");
        assertThat(told().get(1)).startsWith("users.a b: is not a user name; a user name has 1 to 64 letters");
        assertThat(told().get(2)).startsWith("users.alice.rows: is unknown");
    }
}
