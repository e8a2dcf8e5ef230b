package dev.rowhound.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterConfigTest {
    private final Problems problems = new Problems("the configuration");

    private ClusterConfig read(String section) {
        JsonReader reader = new JsonReader(new JsonObject("{\"cluster\": " + section + "}"), problems);
        ClusterConfig config = ClusterConfig.from(reader.object("cluster"));
        reader.end();
        return config;
    }

    private List<String> told() {
        return problems.list().stream().map(Problems.Problem::toString).toList();
    }

    @Test
    void aNodeStandsAloneUnlessTold() {
        assertThat(read("{}")).isEqualTo(new ClusterConfig(false, "rowhound", "127.0.0.1", 5701, List.of(), 0, 5));
        assertThat(told()).isEmpty();
    }

    @Test
    void everyKeyIsRead() {
        ClusterConfig config = read("""
                {"enabled": true, "name": "east", "host": "10.0.0.1", "port": 5801, "event_bus_port": 5901,
                 "members": ["10.0.0.1:5801", "node-2.example:5801", "[fd00::1]:5801"], "heartbeat_seconds": 9}""");

        assertThat(told()).isEmpty();
        assertThat(config)
                .isEqualTo(new ClusterConfig(
                        true,
                        "east",
                        "10.0.0.1",
                        5801,
                        List.of("10.0.0.1:5801", "node-2.example:5801", "[fd00::1]:5801"),
                        5901,
                        9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'enabled': true}|cluster.members: is empty; list every node as host:port, this one too",
                "{'members': ['10.0.0.1']}"
                        + "|cluster.members[0]: is \"10.0.0.1\"; use host:port, such as 10.0.0.7:5701",
                "{'members': ['a:1', 'b:65536']}"
                        + "|cluster.members[1]: is \"b:65536\"; use host:port, such as 10.0.0.7:5701",
                "{'members': [5701]}|cluster.members[0]: is 5701; the list must contain strings",
                "{'enabled': true, 'members': ['127.0.0.1:5701', '10.0.0.2:5701']}"
                        + "|cluster.host: is 127.0.0.1, which nodes on other machines do not reach; use this"
                        + " machine's address",
                "{'enabled': true, 'host': '0.0.0.0', 'members': ['10.0.0.2:5701']}"
                        + "|cluster.host: is \"0.0.0.0\"; use the one address of this machine that the other nodes"
                        + " reach",
                "{'enabled': true, 'name': ' ', 'members': ['127.0.0.1:5701']}"
                        + "|cluster.name: is empty; set the same name on all nodes",
                "{'port': 0}|cluster.port: is 0; use a number from 1 to 65535",
                "{'heartbeat_seconds': 1}|cluster.heartbeat_seconds: is 1; use a number from 2 to 300",
                "{'membres': []}|cluster.membres: is unknown; did you mean \"members\"?",
            })
    void whatIsWrongIsToldWithWhatIsRight(String section, String problem) {
        read(section.replace('\'', '"'));

        assertThat(told()).containsExactly(problem);
    }
}
