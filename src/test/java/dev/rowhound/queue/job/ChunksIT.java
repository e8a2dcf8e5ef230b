package dev.rowhound.queue.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.Row;
import dev.rowhound.queue.TestQueue;
import dev.rowhound.queue.TestUpload;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
class ChunksIT {
    private final TestRedis store;
    private final TestQueue queue;

    /** What it has read of an index holds for the whole test. */
    private final Chunks trusting;

    /** Asks each time. */
    private final Chunks wary;

    ChunksIT(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
        this.trusting = new Chunks(store.connector(), Duration.ofMinutes(5));
        this.wary = new Chunks(store.connector(), Duration.ZERO);
    }

    private static String[] keys(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toArray(String[]::new);
    }

    private static List<String> rows(Chunks chunks, String job, int from, int to) {
        return Await.result(Future.all(IntStream.rangeClosed(from, to)
                        .mapToObj(row -> chunks.row(job, row))
                        .toList()))
                .<Row>list()
                .stream()
                .map(row -> row == null ? null : row.number() + "=" + row.key())
                .toList();
    }

    private static List<String> expected(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(row -> row + "=" + row).toList();
    }

    /** How often Redis was sent that command since the last {@code CONFIG RESETSTAT}. */
    private int calls(String command) {
        JsonObject stats = Await.result(store.connector().info("commandstats"));
        String stat = stats.getString("cmdstat_" + command, "calls=0,");
        return Integer.parseInt(stat.substring(stat.indexOf('=') + 1, stat.indexOf(',')));
    }

    @Test
    void readsAChunkOnceForAllWhoAskForItsRows() {
        String job = queue.receiving(keys(1, 40)).append(keys(41, 60)).seal();
        store.send(Command.CONFIG, "RESETSTAT");

        assertThat(rows(trusting, job, 1, 60)).isEqualTo(expected(1, 60));

        assertThat(calls("hget")).isEqualTo(2);
    }

    @Test
    void asksForNothingThatItKnows() {
        String job = queue.receiving(keys(1, 40)).append(keys(41, 60)).seal();
        rows(trusting, job, 1, 60);
        store.send(Command.CONFIG, "RESETSTAT");

        assertThat(rows(trusting, job, 1, 60)).isEqualTo(expected(1, 60));

        assertThat(List.of(calls("get"), calls("hget"), calls("hmget"))).containsExactly(0, 0, 0);
    }

    @Test
    void findsRowsThatCameAfterTheLastOneThatItKnew() {
        TestUpload upload = queue.receiving(keys(1, 7));
        assertThat(rows(trusting, upload.job(), 7, 8)).containsExactly("7=7", null);

        upload.append(keys(8, 9)).append(keys(10, 12));

        assertThat(rows(trusting, upload.job(), 12, 13)).containsExactly("12=12", null);
        assertThat(rows(trusting, upload.job(), 1, 12)).isEqualTo(expected(1, 12));
    }

    @Test
    void knowsNoRowOutsideOfAJob() {
        String job = queue.running("1", "2");

        for (Chunks chunks : List.of(trusting, wary)) {
            assertThat(rows(chunks, job, 0, 3)).containsExactly(null, "1=1", "2=2", null);
            assertThat(rows(chunks, "none", 0, 2)).containsExactly(null, null, null);
        }
    }

    @Test
    void doesNotTakeAnotherJobsRowsForThoseOfOneThatHadItsId() {
        String job = queue.running("old", "rows");
        assertThat(rows(wary, job, 1, 2)).containsExactly("1=old", "2=rows");
        rows(trusting, job, 1, 2);
        String other = queue.running("new");
        store.send(Command.HSET, Keys.job(other).meta(), "created", 1);
        List<String> names = Keys.job(job).all();
        store.send(Command.DEL, names.toArray());
        for (int i = 0; i < names.size(); i++) {
            String from = Keys.job(other).all().get(i);
            if (store.send(Command.EXISTS, from).toInteger() == 1) {
                store.send(Command.RENAME, from, names.get(i));
            }
        }

        assertThat(rows(wary, job, 1, 2)).containsExactly("1=new", null);
        // A worker's lease says which of both jobs it is for, whatever is remembered.
        assertThat(Await.result(trusting.row(job, 1, 1)).key()).isEqualTo("new");
        assertThat(Await.result(trusting.row(job, 2, 1))).isNull();
    }

    @Test
    void aJobThatHasLostItsInputHasNoRows() {
        String job = queue.running("1");
        rows(wary, job, 1, 1);
        store.send(Command.DEL, Keys.job(job).input(), Keys.job(job).chunkIndex());

        assertThat(rows(wary, job, 1, 1)).containsExactly((String) null);
    }

    @Test
    void answersOnTheContextOfEachCaller() {
        String job = queue.running(keys(1, 50));
        List<Context> contexts = IntStream.range(0, 4)
                .mapToObj(i -> ((VertxInternal) store.vertx()).createEventLoopContext())
                .map(Context.class::cast)
                .toList();

        List<Future<Context>> answered = contexts.stream()
                .map(context -> {
                    Promise<Context> promise = Promise.promise();
                    context.runOnContext(
                            none -> trusting.row(job, 50).onComplete(done -> promise.complete(Vertx.currentContext())));
                    return promise.future();
                })
                .toList();

        assertThat(Await.result(Future.all(answered)).<Context>list()).isEqualTo(contexts);
    }
}
