package dev.rowhound.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.http.EventSchema;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The wire form of an event, byte for byte: clients and proxies of all nodes must see the same. */
@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class EventCodecIT {
    private static final String JOB = "3f0c7f6e-8a55-4f0e-9f9b-6c2a4f1f3b11";

    private final TestRedis store;

    EventCodecIT(TestRedis store) {
        this.store = store;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("entries")
    void writesEachTypeByteForByte(String type, int row, String counters, String data, String expected) {
        store.send(
                Command.XADD,
                Keys.job(JOB).events(),
                "17-0",
                "t",
                type,
                "h",
                "9f3a01bc",
                "a",
                "1795312800120",
                "g",
                "1",
                "r",
                row,
                "c",
                counters,
                "d",
                data);

        JobEvent event = Await.result(
                        store.connector().send(Command.XRANGE, Keys.job(JOB).events(), "-", "+"))
                .stream()
                .map(entry -> EventCodec.decode(JOB, entry))
                .findFirst()
                .orElseThrow();

        assertThat(event).isEqualTo(new JobEvent(new Cursor(17, "9f3a01bc"), type, expected));
        assertThat(EventSchema.check(store.vertx(), new JsonObject(event.json())))
                .isEmpty();
    }

    static Stream<Arguments> entries() {
        return Stream.of(
                entry("job.receiving", 0, "10,0,0,0,0,0,0,0,0,0,0,", "{}", """
                        {"v":1,"id":"17.9f3a01bc","seq":17,"type":"job.receiving","job":"%s","gen":1,"at":"%s",\
                        "counters":{"waiting":10,"running":0,"retrying":0,"held":0,"needs_human":0,"found":0,\
                        "not_found":0,"invalid_input":0,"blocked":0,"failed":0,"cancelled":0,"total":null}}"""),
                entry("job.running", 0, "66,1,2,3,4,5,6,7,8,9,10,66", "{}", """
                        {"v":1,"id":"17.9f3a01bc","seq":17,"type":"job.running","job":"%s","gen":1,"at":"%s",\
                        "counters":{"waiting":11,"running":1,"retrying":2,"held":3,"needs_human":4,"found":5,\
                        "not_found":6,"invalid_input":7,"blocked":8,"failed":9,"cancelled":10,"total":66}}"""),
                entry("item.started", 12, "3,1,0,0,0,0,0,0,0,0,0,3", "{\"key\":\"0100109106\"}", """
                        {"v":1,"id":"17.9f3a01bc","seq":17,"type":"item.started","job":"%s","gen":1,"at":"%s",\
                        "row":12,"key":"0100109106",\
                        "counters":{"waiting":2,"running":1,"retrying":0,"held":0,"needs_human":0,"found":0,\
                        "not_found":0,"invalid_input":0,"blocked":0,"failed":0,"cancelled":0,"total":3}}"""),
                entry("item.ended", 12, "3,0,0,0,0,1,0,0,0,0,0,3", """
                        {"key":"0100109106","state":"found","fields":{"name":"Tập đoàn \\"X\\"\\n"},"error":null,\
                        "attempts":1}""", """
                        {"v":1,"id":"17.9f3a01bc","seq":17,"type":"item.ended","job":"%s","gen":1,"at":"%s",\
                        "row":12,"key":"0100109106","state":"found","fields":{"name":"Tập đoàn \\"X\\"\\n"},\
                        "error":null,"attempts":1,\
                        "counters":{"waiting":2,"running":0,"retrying":0,"held":0,"needs_human":0,"found":1,\
                        "not_found":0,"invalid_input":0,"blocked":0,"failed":0,"cancelled":0,"total":3}}"""),
                entry(
                        "job.failed",
                        0,
                        "3,0,0,0,0,0,0,0,0,0,3,3",
                        "{\"reason\":{\"code\":\"bad_row\",\"message\":\"The quote is never closed.\",\"line\":17}}",
                        """
                        {"v":1,"id":"17.9f3a01bc","seq":17,"type":"job.failed","job":"%s","gen":1,"at":"%s",\
                        "reason":{"code":"bad_row","message":"The quote is never closed.","line":17},\
                        "counters":{"waiting":0,"running":0,"retrying":0,"held":0,"needs_human":0,"found":0,\
                        "not_found":0,"invalid_input":0,"blocked":0,"failed":0,"cancelled":3,"total":3}}"""));
    }

    private static Arguments entry(String type, int row, String counters, String data, String expected) {
        return Arguments.of(type, row, counters, data, expected.formatted(JOB, "2026-11-22T02:00:00.120Z"));
    }
}
