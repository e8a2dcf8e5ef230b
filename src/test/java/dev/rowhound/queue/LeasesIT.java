package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import dev.rowhound.job.Row;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.lease.Leases.EndOutcome;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LeasesIT extends CheckedQueue {
    private static final ItemResult TIMEOUT =
            ItemResult.failed(ErrorCode.TIMEOUT, "The page did not answer within 10 s.", "start");

    LeasesIT(TestRedis store) {
        super(store);
    }

    @Test
    void givesItemsOutInInputOrder() {
        String job = queue.running("a", "b", "a", "!1", "c", "d");

        Leases.Claim first = queue.claim(job, 3);
        Leases.Claim second = queue.claim(job, 3);

        assertThat(first.leases()).extracting(Lease::row).containsExactly(1, 2, 5);
        assertThat(first.leases()).extracting(Lease::job).containsOnly(job);
        assertThat(second.leases()).extracting(Lease::row).containsExactly(6);
        assertThat(first.leases().get(0).token()).matches("\\d+-node1-[0-9a-f]{8}");
        assertThat(second.leases().get(0).token())
                .isNotEqualTo(first.leases().get(0).token());
        assertThat(queue.claim(job, 3)).isEqualTo(Leases.Claim.nothing(false, 0));
        assertThat(queue.count(job, ItemState.RUNNING)).isEqualTo(4);
    }

    @Test
    void givesOutRowsOfAnUploadThatStillArrives() {
        TestUpload upload = queue.receiving("a");
        queue.claim(upload.job());
        assertThat(queue.claim(upload.job(), 1).leases()).isEmpty();

        upload.append("b");

        assertThat(queue.claim(upload.job()).row()).isEqualTo(2);
    }

    @Test
    void givesRetriesOutFirstOnceTheirTimeHasCome() {
        String job = queue.running("a", "b", "c", "d");
        List<Lease> leases = queue.claim(job, 3).leases();
        Await.result(queue.leases.retry(leases.get(0), "a", 1, TIMEOUT, 60_000));
        Await.result(queue.leases.retry(leases.get(1), "b", 1, TIMEOUT, 0));
        queue.release(leases.get(2));

        assertThat(queue.claim(job, 4).leases()).extracting(Lease::row).containsExactly(2, 3, 4);
        assertThat(store.scores(Keys.job(job).due()).get("1"))
                .isBetween(System.currentTimeMillis() + 50_000.0, System.currentTimeMillis() + 61_000.0);
        store.send(Command.ZADD, Keys.job(job).due(), 0, 1);
        assertThat(queue.claim(job).row()).isEqualTo(1);
    }

    @Test
    void walksOverALongStretchOfRepeatsAndRefusedRows() {
        TestUpload upload = queue.receiving("a");
        String[] stretch = new String[500];
        for (int chunk = 0; chunk < 50; chunk++) {
            Arrays.fill(stretch, chunk % 2 == 0 ? "a" : "!1");
            upload.append(stretch);
        }
        upload.append("b");
        String job = upload.seal();
        assertThat(queue.claim(job).row()).isEqualTo(1);

        List<Leases.Claim> claims = new ArrayList<>();
        do {
            claims.add(queue.claim(job, 1));
        } while (claims.get(claims.size() - 1).leases().isEmpty() && claims.size() < 10);

        // 10,000 rows a call: two in vain, one that arrives.
        assertThat(claims).hasSize(3);
        assertThat(claims).extracting(Leases.Claim::again).containsOnly(true);
        assertThat(claims.get(2).leases()).extracting(Lease::row).containsExactly(25_002);
    }

    @Test
    void givesOutNothingOfAJobThatIsClosedOrNone() {
        String job = queue.running("a");
        queue.cancel(job);

        assertThat(queue.claim(job, 1)).isEqualTo(Leases.Claim.nothing(false, 0));
        assertThat(queue.claim("none", 1)).isEqualTo(Leases.Claim.nothing(false, 0));
        assertThat(store.send(Command.EXISTS, Keys.job("none").meta()).toInteger())
                .isZero();
    }

    @Test
    void startsAnAttemptOnce() {
        String job = queue.running("a");
        Lease lease = queue.claim(job);

        assertThat(queue.start(lease)).isEqualTo(1);
        assertThat(queue.start(lease)).isEqualTo(1);

        assertThat(queue.types(job)).containsExactly("job.receiving", "job.running", "item.started");
        assertThat(queue.lastEvent(job).getInteger("row")).isEqualTo(1);
        assertThat(queue.lastEvent(job).getString("key")).isEqualTo("key1");
        assertThat(queue.find(job).started()).isNotNull();
    }

    @Test
    void startsNothingWithoutTheLease() {
        String job = queue.running("a");
        Lease lost = queue.claimShortly(job);
        queue.tick(job);
        Lease held = queue.claim(job);
        Map<String, String> before = store.dump(job);

        assertThat(queue.start(lost)).isNull();
        assertThat(queue.start(new Lease(job, 1, 2, held.token()))).isNull();
        assertThat(queue.start(new Lease("none", 1, 1, held.token()))).isNull();
        assertThat(store.dump(job)).isEqualTo(before);
    }

    @Test
    void renewsAnItemThatIsHeld() {
        String job = queue.running("a", "b");
        Lease unstarted = queue.claimShortly(job);
        Lease started = queue.claimShortly(job);
        queue.start(started);

        assertThat(queue.renew(unstarted)).isTrue();
        assertThat(queue.renew(started)).isTrue();

        assertThat(store.scores(Keys.job(job).leases()).values())
                .allSatisfy(deadline -> assertThat(deadline).isGreaterThan(System.currentTimeMillis() + 100_000.0));
        assertThat(queue.tick(job).takenBack()).isZero();
    }

    @Test
    void renewsNothingThatIsLost() {
        String job = queue.running("a", "b");
        Lease lost = queue.claimShortly(job);
        queue.tick(job);
        assertThat(queue.renew(lost)).isFalse();
        Lease next = queue.claim(job);
        assertThat(queue.renew(lost)).isFalse();
        assertThat(queue.renew(next)).isTrue();

        queue.cancel(job);

        assertThat(queue.renew(next)).isFalse();
        assertThat(queue.renew(new Lease("none", 1, 1, next.token()))).isFalse();
    }

    @Test
    void keepsAResultAndTellsIt() {
        String job = queue.running("a", "b", "c", "d");
        List<Lease> leases = queue.claim(job, 4).leases();
        leases.forEach(queue::start);
        JsonObject fields =
                new JsonObject().put("name", "Tập đoàn \"Viễn thông\"\n").put("size", 3);

        assertThat(queue.end(leases.get(0), ItemResult.found(fields))).isEqualTo(EndOutcome.OK);
        JsonObject found = queue.lastEvent(job);
        queue.end(leases.get(1), ItemResult.notFound());
        queue.end(leases.get(2), ItemResult.blocked("The site asks for a code.", "start"));
        JsonObject blocked = queue.lastEvent(job);

        assertThat(found.getString("state")).isEqualTo("found");
        assertThat(found.getString("key")).isEqualTo("a");
        assertThat(found.getJsonObject("fields")).isEqualTo(fields);
        assertThat(found.getInteger("attempts")).isEqualTo(1);
        assertThat(found.containsKey("rows")).isFalse();
        assertThat(found.getJsonObject("counters").getInteger("found")).isEqualTo(1);
        assertThat(blocked.getJsonObject("error"))
                .isEqualTo(new JsonObject()
                        .put("code", "blocked")
                        .put("message", "The site asks for a code.")
                        .put("step", "start"));
        assertThat(queue.find(job).counters())
                .containsEntry(ItemState.FOUND, 1)
                .containsEntry(ItemState.NOT_FOUND, 1)
                .containsEntry(ItemState.BLOCKED, 1)
                .containsEntry(ItemState.RUNNING, 1);
    }

    @Test
    void countsACallThatIsSentAgainOnce() {
        String job = queue.running("a", "b", "a");
        Lease lease = queue.claim(job);
        queue.start(lease);
        assertThat(queue.end(lease)).isEqualTo(EndOutcome.OK);
        Map<String, String> before = store.dump(job);

        assertThat(queue.end(lease)).isEqualTo(EndOutcome.AGAIN);
        assertThat(queue.end(lease, ItemResult.notFound())).isEqualTo(EndOutcome.AGAIN);
        assertThat(queue.release(lease)).isEqualTo(EndOutcome.AGAIN);

        assertThat(store.dump(job)).isEqualTo(before);
    }

    @Test
    void changesNothingForAStaleToken() {
        String job = queue.running("a", "b");
        Lease lost = queue.claimShortly(job);
        queue.start(lost);
        queue.tick(job);
        Map<String, String> waiting = store.dump(job);
        assertStale(lost);
        assertThat(store.dump(job)).isEqualTo(waiting);

        Lease held = queue.claim(job);
        queue.start(held);
        Map<String, String> running = store.dump(job);
        assertStale(lost);
        assertStale(new Lease(job, 1, 2, held.token()));
        // A token that another begins with is another one.
        assertStale(new Lease(job, 1, 1, held.token().substring(0, held.token().length() - 1)));
        assertThat(store.dump(job)).isEqualTo(running);

        queue.end(held);
        Map<String, String> ended = store.dump(job);
        assertStale(lost);
        assertStale(new Lease(job, 1, 1, held.token().substring(0, held.token().length() - 1)));
        assertStale(new Lease("none", 1, 1, held.token()));
        assertThat(store.dump(job)).isEqualTo(ended);
    }

    @Test
    void takesNothingOfAnEarlierGeneration() {
        String job = queue.running("a", "b");
        Lease lost = queue.claimShortly(job);
        queue.start(lost);
        queue.tick(job);
        Lease first = queue.claim(job);
        queue.end(first, TIMEOUT);
        queue.end(queue.claim(job));
        queue.retry(job);
        assertStale(lost);
        queue.tick(job);
        Map<String, String> waiting = store.dump(job);

        assertStale(lost);
        assertThat(queue.end(first)).as("a repetition of what stands").isEqualTo(EndOutcome.AGAIN);
        assertThat(store.dump(job)).isEqualTo(waiting);

        Lease second = queue.claim(job);
        assertThat(second.generation()).isEqualTo(2);
        assertStale(lost);
        assertThat(queue.end(second)).isEqualTo(EndOutcome.OK);
        assertStale(first);
        assertThat(store.hash(Keys.job(job).results()).get("1")).startsWith(second.token() + "|2|");
    }

    @Test
    void comparesTheGenerationBesideTheToken() {
        String job = queue.running("a", "b");
        Lease held = queue.claim(job);
        queue.start(held);
        // No script begins a generation while an item is held.
        store.send(Command.HSET, Keys.job(job).meta(), "gen", 2);
        Map<String, String> before = store.dump(job);

        assertStale(held);

        assertThat(store.dump(job)).isEqualTo(before);
        store.send(Command.HSET, Keys.job(job).meta(), "gen", 1);
        assertThat(queue.end(held)).isEqualTo(EndOutcome.OK);
    }

    private void assertStale(Lease lease) {
        assertThat(queue.end(lease)).isEqualTo(EndOutcome.STALE);
        assertThat(queue.release(lease)).isEqualTo(EndOutcome.STALE);
        assertThat(Await.result(queue.leases.retry(lease, "a", 1, TIMEOUT, 0))).isEqualTo(EndOutcome.STALE);
    }

    @Test
    void countsAttemptsOverRetries() {
        String job = queue.running("a", "b");
        Lease first = queue.claim(job);
        queue.start(first);

        assertThat(Await.result(queue.leases.retry(first, "a", 1, TIMEOUT, 0))).isEqualTo(EndOutcome.OK);
        JsonObject event = queue.lastEvent(job);
        Map<String, String> before = store.dump(job);
        assertThat(Await.result(queue.leases.retry(first, "a", 1, TIMEOUT, 0))).isEqualTo(EndOutcome.AGAIN);
        assertThat(store.dump(job)).isEqualTo(before);

        assertThat(event.getString("type")).isEqualTo("item.retrying");
        assertThat(event.getInteger("attempt")).isEqualTo(1);
        assertThat(event.getInteger("delay_ms")).isZero();
        assertThat(event.getJsonObject("error").getString("code")).isEqualTo("timeout");
        assertThat(queue.count(job, ItemState.RETRYING)).isEqualTo(1);
        Lease second = queue.claim(job);
        assertThat(second.row()).isEqualTo(1);
        assertThat(queue.start(second)).isEqualTo(2);
        // The reply to the first was lost all that time.
        assertThat(Await.result(queue.leases.retry(first, "a", 1, TIMEOUT, 0))).isEqualTo(EndOutcome.AGAIN);
        assertThat(queue.end(second)).isEqualTo(EndOutcome.OK);
        assertThat(Await.result(queue.leases.retry(first, "a", 1, TIMEOUT, 0))).isEqualTo(EndOutcome.AGAIN);
        assertThat(queue.end(second)).isEqualTo(EndOutcome.AGAIN);
    }

    @Test
    void answersCallsThatShareARoundAsEachWouldBeAlone() {
        String job = queue.running("a", "b");
        Lease first = queue.claim(job);
        queue.start(first);
        Await.result(queue.leases.retry(first, "a", 1, TIMEOUT, 0));
        Lease second = queue.claim(job);
        List<Integer> started =
                Await.result(together(() -> List.of(queue.leases.start(second, "a"), queue.leases.start(second, "a"))));
        assertThat(started).containsExactly(2, 2);
        assertThat(queue.types(job)).filteredOn("item.started"::equals).hasSize(2);

        Row row = queue.row(second);
        List<EndOutcome> outcomes = Await.result(together(() -> List.of(
                queue.leases.end(second, row, 2, ItemResult.notFound(), List.of()),
                queue.leases.retry(first, "a", 1, TIMEOUT, 0))));

        assertThat(outcomes).containsExactly(EndOutcome.OK, EndOutcome.AGAIN);
    }

    /** Calls of one turn of an event loop, which go out as one. */
    private <T> Future<List<T>> together(Supplier<List<Future<T>>> calls) {
        Promise<List<T>> answers = Promise.promise();
        store.vertx().runOnContext(none -> {
            List<Future<T>> made = calls.get();
            Future.all(made)
                    .map(all -> made.stream().map(Future::result).toList())
                    .onComplete(answers);
        });
        return answers.future();
    }

    @Test
    void doesNotCountAnAttemptThatWasGivenBack() {
        String job = queue.running("a");
        Lease started = queue.claim(job);
        queue.start(started);
        int events = queue.events(job).size();

        assertThat(queue.release(started)).isEqualTo(EndOutcome.OK);
        assertThat(queue.release(started)).isEqualTo(EndOutcome.AGAIN);
        Lease unstarted = queue.claim(job);
        assertThat(queue.release(unstarted)).isEqualTo(EndOutcome.OK);

        assertThat(queue.events(job)).hasSize(events);
        Lease again = queue.claim(job);
        assertThat(queue.start(again)).isEqualTo(1);
    }

    @Test
    void completesTheJobOnceWithItsLastRow() {
        String job = queue.running("a", "b", "a", "!1");
        List<Lease> leases = queue.claim(job, 2).leases();
        queue.end(leases.get(1));
        assertThat(queue.find(job).state()).isEqualTo(JobState.RUNNING);

        assertThat(queue.end(leases.get(0))).isEqualTo(EndOutcome.OK);
        assertThat(queue.end(leases.get(0))).isEqualTo(EndOutcome.AGAIN);
        assertThat(queue.end(leases.get(1))).isEqualTo(EndOutcome.AGAIN);
        queue.tick(job);

        JobSnapshot snapshot = queue.find(job);
        assertThat(snapshot.state()).isEqualTo(JobState.COMPLETED);
        assertThat(snapshot.done()).isEqualTo(4);
        assertThat(snapshot.ended()).isNotNull();
        List<String> types = queue.types(job);
        assertThat(types).filteredOn("job.completed"::equals).hasSize(1);
        assertThat(types.get(types.size() - 1)).isEqualTo("job.completed");
    }
}
