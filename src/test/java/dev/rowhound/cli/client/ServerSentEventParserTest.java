package dev.rowhound.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerSentEventParserTest {
    private final ServerSentEventParser parser = new ServerSentEventParser("");

    @Test
    void putsAnEventTogether() {
        assertThat(events("id: 17.9f3a01bc", "event: item.ended", "data: {\"v\":1}", ""))
                .containsExactly(new ServerSentEvent("17.9f3a01bc", "item.ended", "{\"v\":1}"));
    }

    @Test
    void takesAnIdBehindTheDataAndOnlyWithItsEvent() {
        assertThat(events("event: item.ended", "data: {}", "id: 17.9f3a01bc", "", "data: x", "id: 18.00000000"))
                .containsExactly(new ServerSentEvent("17.9f3a01bc", "item.ended", "{}"));
    }

    @Test
    void joinsLinesOfDataAndTakesOffOneSpaceOnly() {
        assertThat(events("data: a", "data:b", "data:  c", "data", ""))
                .containsExactly(new ServerSentEvent("", "message", "a\nb\n c\n"));
    }

    @Test
    void ignoresCommentsAndFieldsThatItDoesNotKnow() {
        assertThat(events(": a comment", ":", "colour: red", "data: x", ""))
                .containsExactly(new ServerSentEvent("", "message", "x"));
    }

    @Test
    void tellsNothingForAnEventWithoutDataAndForgetsItsType() {
        assertThat(events("event: item.ended", "", "data: x", ""))
                .containsExactly(new ServerSentEvent("", "message", "x"));
    }

    @Test
    void keepsTheLastIdForEventsWithoutOneAndRefusesAnIdWithANul() {
        assertThat(events("id: 1", "data: a", "", "event: heartbeat", "data: {}", "", "id: 2\0", "data: b", ""))
                .extracting(ServerSentEvent::id)
                .containsExactly("1", "1", "1");
    }

    @Test
    void continuesFromTheIdOfTheConnectionBefore() {
        assertThat(new ServerSentEventParser("5").line("data: x")).isNull();
        ServerSentEventParser resumed = new ServerSentEventParser("5");
        assertThat(resumed.line("data: {}")).isNull();
        assertThat(resumed.line("")).isEqualTo(new ServerSentEvent("5", "message", "{}"));
    }

    @Test
    void takesARetryOfDigitsOnly() {
        events("retry: soon", "");
        assertThat(parser.retry()).isNull();

        events("retry: 2500", "");
        assertThat(parser.retry()).isEqualTo(Duration.ofMillis(2500));
    }

    private List<ServerSentEvent> events(String... lines) {
        List<ServerSentEvent> events = new ArrayList<>();
        for (String line : lines) {
            ServerSentEvent event = parser.line(line);
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }
}
