package dev.rowhound.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.queue.TestQueue;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.redis.client.Command;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class EventLogIT {
    private final TestRedis store;
    private final EventLog log;
    private String job;

    EventLogIT(TestRedis store) {
        this.store = store;
        this.log = new EventLog(store.connector());
    }

    /** A job with five events, the last of them terminal. */
    @BeforeEach
    void fill() {
        TestQueue queue = new TestQueue(store);
        job = queue.running("a", "b");
        queue.end(queue.claim(job));
        queue.end(queue.claim(job));
    }

    private EventLog.Read after(Cursor cursor, int most) {
        return Await.result(log.after(job, cursor, most));
    }

    private static List<Long> numbers(EventLog.Read read) {
        return read.events().stream().map(event -> event.cursor().seq()).toList();
    }

    @Test
    void readsFromTheStart() {
        EventLog.Read read = after(Cursor.START, 100);

        assertThat(read.lost()).isFalse();
        assertThat(read.last()).isNull();
        assertThat(numbers(read)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(read.events())
                .extracting(JobEvent::type)
                .containsExactly("job.receiving", "job.running", "item.ended", "item.ended", "job.completed");
        assertThat(read.events()).extracting(JobEvent::terminal).containsExactly(false, false, false, false, true);
    }

    @Test
    void readsAtMostSoMany() {
        EventLog.Read first = after(Cursor.START, 2);
        EventLog.Read second = after(first.events().get(1).cursor(), 2);

        assertThat(numbers(first)).containsExactly(1L, 2L);
        assertThat(numbers(second)).containsExactly(3L, 4L);
        assertThat(second.last()).isEqualTo(first.events().get(1));
    }

    @Test
    void readsNothingBehindTheLastOne() {
        JobEvent last = after(Cursor.START, 100).events().get(4);

        EventLog.Read read = after(last.cursor(), 100);

        assertThat(read).isEqualTo(new EventLog.Read(false, List.of(), last, false));
    }

    @Test
    void hasEndedOnlyWhereNothingFollows() {
        assertThat(after(Cursor.START, 5).ended()).isTrue();
        assertThat(after(Cursor.START, 5).more()).isFalse();
        assertThat(after(Cursor.START, 4).ended()).isFalse();
        assertThat(after(Cursor.START, 4).more()).isTrue();

        JobEvent last = after(Cursor.START, 5).events().get(4);
        append("job.retrying", last.cursor().seq() + 1);

        assertThat(after(Cursor.START, 5).ended())
                .as("a later generation follows")
                .isFalse();
        assertThat(after(last.cursor(), 1).ended()).isFalse();
        assertThat(after(last.cursor(), 1).more()).isFalse();
    }

    private void append(String type, long seq) {
        store.send(
                Command.XADD,
                Keys.job(job).events(),
                seq + "-0",
                "t",
                type,
                "h",
                "0000000a",
                "c",
                "2,0,0,0,0,2,0,0,0,0,0,2");
    }

    @Test
    void readsNothingWhereThereIsNoJob() {
        assertThat(Await.result(log.after("none", Cursor.START, 10)))
                .isEqualTo(new EventLog.Read(false, List.of(), null, false));
    }

    @Test
    void losesACursorOfAnotherHistory() {
        assertLost(new Cursor(3, "00000000"));
        assertLost(new Cursor(3, ""));
    }

    @Test
    void losesACursorThatLiesBehindTheEnd() {
        JobEvent last = after(Cursor.START, 100).events().get(4);

        assertLost(new Cursor(6, last.cursor().mark()));
        assertLost(new Cursor(Long.MAX_VALUE, ""));
    }

    @Test
    void losesACursorWhoseEventWasTrimmed() {
        List<JobEvent> events = after(Cursor.START, 100).events();
        store.send(Command.XTRIM, Keys.job(job).events(), "MINID", "4-0");

        assertLost(Cursor.START);
        assertLost(events.get(1).cursor());
        assertLost(events.get(2).cursor());
        assertThat(numbers(after(events.get(3).cursor(), 100))).containsExactly(5L);
    }

    private void assertLost(Cursor cursor) {
        assertThat(after(cursor, 100))
                .as("behind %s", cursor)
                .isEqualTo(new EventLog.Read(true, List.of(), null, false));
    }
}
