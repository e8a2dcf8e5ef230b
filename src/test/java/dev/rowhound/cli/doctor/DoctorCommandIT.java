package dev.rowhound.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.SharedNode;
import dev.rowhound.TestNode;
import dev.rowhound.cli.RowhoundCommand;
import dev.rowhound.cli.console.TestTerminal;
import dev.rowhound.edge.EdgeSimulator;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/** The command {@code rowhound doctor}: its words, its JSON and its exit codes. */
@ExtendWith(SharedNode.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class DoctorCommandIT {
    private final TestTerminal terminal = new TestTerminal(false);

    private int run(String... args) {
        return RowhoundCommand.commandLine(DoctorCommandIT.class, terminal.terminal())
                .execute(args);
    }

    @Test
    void isContentWithANodeAlone(TestNode node) {
        assertThat(run("doctor", "--quick", "--url", node.address().toString()))
                .as(terminal.out())
                .isZero();
        assertThat(terminal.err()).contains("A node responds, no proxy detected.");
        assertThat(terminal.out()).contains("ok       buffering").endsWith("No findings.\n");
    }

    @Test
    void tellsProgramsWhatToChange(TestNode node) throws Exception {
        try (EdgeSimulator edge = EdgeSimulator.before(node.address().getPort())) {
            edge.refuseUpgrades(true);
            assertThat(run("doctor", "--quick", "--json", "--url", edge.address() + "/"))
                    .as(terminal.err())
                    .isEqualTo(1);
        }
        JsonObject report = new JsonObject(terminal.out());
        assertThat(report.getBoolean("well")).isFalse();
        assertThat(report.getJsonArray("checks").stream()
                        .map(JsonObject.class::cast)
                        .filter(check -> check.getString("result").equals("finding")))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.getString("fault")).isEqualTo("no_websocket");
                    assertThat(check.getJsonObject("change").getString("nginx")).contains("proxy_http_version 1.1;");
                });
    }

    @Test
    void endsWithTwoWhereThereIsNoNode(TestNode node) {
        assertThat(run("doctor", "--quick", "--url", node.site().toString())).isEqualTo(2);
        assertThat(terminal.err()).startsWith("rowhound: ").contains("not like a Rowhound server");
        assertThat(terminal.out()).isEmpty();
    }
}
