package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.JobState;
import dev.rowhound.job.Row;
import dev.rowhound.job.RowChunk;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.NewJob;
import dev.rowhound.queue.job.UploadEndedException;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.lease.Leases.EndOutcome;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A job in the store beside its model. Each method does one step with both, and holds the answers against each other;
 * {@link #check} then holds all that is stored against the model.
 */
final class ModelRun {
    private static final int CRASH_LIMIT = TestQueue.PATIENT.crashLimit();
    private static final long LEASE_MILLIS = TestQueue.PATIENT.lease().toMillis();

    /** How long the long waits are; no sequence takes so long. */
    static final long LONG_MILLIS = 240_000;

    final JobModel model;
    private final TestRedis store;
    private final TestQueue queue;
    private final TestUpload upload;
    private final String job;
    private final boolean narrow;
    private final List<RowChunk> sent = new ArrayList<>();
    private final List<Lease> given = new ArrayList<>();

    private final ModelCheck check;

    final QuestionSteps questions;

    /** What ends an attempt: an end, or one of the two ways of putting an item back. */
    record Ending(ItemResult result, boolean retry, boolean later) {
        static Ending with(ItemResult result) {
            return new Ending(result, false, false);
        }

        static Ending release() {
            return new Ending(null, false, false);
        }

        static Ending retry(boolean later) {
            return new Ending(null, true, later);
        }

        @Override
        public String toString() {
            if (result == null) {
                return retry ? later ? "retry later" : "retry" : "release";
            }
            return result.error() == null
                    ? result.state().wire()
                    : result.error().code().wire();
        }
    }

    /** A job that receives, of scripts with small windows or the real ones. */
    ModelRun(TestRedis store, boolean narrow, NewJob.Pace pace, NewJob.Halts halts) {
        store.send(Command.FLUSHALL, "SYNC");
        this.store = store;
        this.queue = new TestQueue(store);
        this.narrow = narrow;
        this.model = new JobModel(narrow ? NarrowScripts.LIMITS : ModelLimits.REAL, pace, halts);
        this.upload = new TestUpload(queue, "anonymous", pace, halts);
        this.job = upload.job();
        this.check = new ModelCheck(store, queue, job, model);
        this.questions = new QuestionSteps(queue, job, model, check);
    }

    private Keys.Job keys() {
        return Keys.job(job);
    }

    boolean receiving() {
        return model.state == JobState.RECEIVING;
    }

    boolean givesOut() {
        return model.givesOut();
    }

    boolean anyLease() {
        return !given.isEmpty();
    }

    boolean anyChunk() {
        return !sent.isEmpty();
    }

    /** The lease of that number, of those that hold their item at present or, else, of all that were ever given. */
    Lease lease(int number, boolean holding) {
        List<Lease> held = given.stream()
                .filter(lease -> lease.token().equals(model.items.get(lease.row()).token))
                .toList();
        List<Lease> from = holding && !held.isEmpty() ? held : given;
        return from.get(number % from.size());
    }

    /** A fifth of those that are asked for is of all, so that late calls meet others of their item. */
    private List<Lease> leases(List<Integer> numbers, boolean holding) {
        return numbers.stream()
                .map(number -> lease(number, holding && number % 5 > 0))
                .toList();
    }

    /** Appends the next chunk. */
    void append(String... rows) {
        RowChunk chunk = upload.chunk(rows);
        sent.add(chunk);
        send(chunk);
    }

    /** Sends one again that was sent before. */
    void appendAgain(int number) {
        send(sent.get(number % sent.size()));
    }

    private void send(RowChunk chunk) {
        boolean taken = ok(queue.uploads.append(upload.right(), chunk), UploadEndedException.class);
        assertThat(taken).as("the chunk is taken").isEqualTo(model.append(chunk));
    }

    void hold() {
        boolean held = ok(queue.uploads.hold(upload.right()), UploadEndedException.class);
        assertThat(held).as("the upload is held").isEqualTo(model.hold());
    }

    void seal() {
        boolean sealed = ok(queue.uploads.seal(upload.right(), upload.rows(), "digest-1"), UploadEndedException.class);
        assertThat(sealed).as("the job is sealed").isEqualTo(model.seal());
    }

    private static boolean ok(Future<?> call, Class<? extends Throwable> refusal) {
        return Await.result(call.transform(done -> {
            if (done.failed() && !refusal.isInstance(done.cause())) {
                return Future.failedFuture(done.cause());
            }
            return Future.succeededFuture(done.succeeded());
        }));
    }

    void fail(boolean withItsToken) {
        Uploads.Upload right = withItsToken ? upload.right() : Uploads.upload(job);
        Await.result(queue.uploads.fail(
                right, new JsonObject().put("code", "upload_aborted").put("message", "It broke off.")));
        model.fail(withItsToken);
    }

    void letUploadLapse() {
        store.send(Command.HSET, keys().meta(), "upload_until", 1);
        model.uploadLate = true;
    }

    void claim(int most, boolean shortly) {
        claim(most, shortly, false);
    }

    void claim(int most, boolean shortly, boolean asking) {
        long start = System.currentTimeMillis();
        Leases.Claim claim = narrow
                ? NarrowScripts.claim(store, job, most, shortly ? 0 : LEASE_MILLIS, asking)
                : Await.result(
                        asking
                                ? leases(shortly).claimAsking(job, most)
                                : leases(shortly).claim(job, most));
        long end = System.currentTimeMillis();
        String token = claim.leases().isEmpty() ? "" : claim.leases().get(0).token();
        JobModel.Claim expected = model.claim(most, token, shortly, asking);
        if (!expected.rows().isEmpty()) {
            check.expectPace();
        }
        assertThat(claim.leases().stream().map(Lease::row).toList())
                .as("rows that are given out")
                .isEqualTo(expected.rows());
        assertThat(claim.leases())
                .allSatisfy(lease ->
                        assertThat(lease.token()).isEqualTo(token).matches(model.fence + "-node1-[0-9a-f]{8}"));
        assertThat(claim.again()).as("ask again").isEqualTo(expected.again());
        if (expected.first() == 0) {
            assertThat(claim.waitMillis()).as("wait").isZero();
        } else {
            assertThat((double) claim.waitMillis())
                    .as("wait")
                    .isBetween(expected.first() - end, expected.first() - start);
        }
        claim.leases().forEach(lease -> check.expect(keys().leases(), lease.row(), shortly ? 0 : LEASE_MILLIS));
        given.addAll(claim.leases());
    }

    private Leases leases(boolean shortly) {
        return shortly ? queue.shortLeases : queue.leases;
    }

    void start(List<Integer> numbers, boolean holding) {
        start(leases(numbers, holding));
    }

    private void start(List<Lease> leases) {
        List<Integer> attempts = together(leases.stream()
                .<Supplier<Future<Integer>>>map(lease -> () -> queue.leases.start(lease, "key" + lease.row()))
                .toList());
        for (int i = 0; i < leases.size(); i++) {
            int attempt = model.start(leases.get(i).row(), leases.get(i).token());
            assertThat(attempts.get(i)).as("attempt at %s", leases.get(i)).isEqualTo(attempt == 0 ? null : attempt);
        }
    }

    void renew(int number, boolean holding, boolean shortly) {
        Lease lease = lease(number, holding);
        boolean held = Await.result(leases(shortly).renew(lease));
        assertThat(held).as("renewed").isEqualTo(model.renew(lease.row(), lease.token(), shortly));
        if (held) {
            check.expect(keys().leases(), lease.row(), shortly ? 0 : LEASE_MILLIS);
        }
    }

    void finish(List<Integer> numbers, boolean holding, List<Ending> endings) {
        finish(leases(numbers, holding), endings);
    }

    private void finish(List<Lease> leases, List<Ending> endings) {
        List<Supplier<Future<EndOutcome>>> calls = new ArrayList<>();
        for (int i = 0; i < leases.size(); i++) {
            Lease lease = leases.get(i);
            Ending ending = endings.get(i % endings.size());
            // Read before, for the calls are made on an event loop.
            Row row = queue.row(lease);
            calls.add(() -> send(lease, row, ending));
        }
        List<EndOutcome> outcomes = together(calls);
        for (int i = 0; i < leases.size(); i++) {
            Lease lease = leases.get(i);
            Ending ending = endings.get(i % endings.size());
            EndOutcome expected = expected(lease, ending);
            assertThat(outcomes.get(i)).as("%s of %s", ending, lease).isEqualTo(expected);
            if (expected == EndOutcome.OK && ending.result == null) {
                check.expect(keys().due(), lease.row(), ending.later ? LONG_MILLIS : 0);
            }
        }
    }

    private Future<EndOutcome> send(Lease lease, Row row, Ending ending) {
        String key = "key" + lease.row();
        if (ending.result != null) {
            return queue.leases.end(lease, row, lease.row() % 7, ending.result, List.of());
        }
        ItemResult timeout = ItemResult.failed(ErrorCode.TIMEOUT, "No answer within 10 s.", "start");
        return ending.retry
                ? queue.leases.retry(lease, key, 1, timeout, ending.later ? LONG_MILLIS : 0)
                : queue.leases.release(lease);
    }

    private EndOutcome expected(Lease lease, Ending ending) {
        if (ending.result == null) {
            return model.putBack(lease.row(), lease.token(), ending.retry, ending.later);
        }
        ErrorCode error =
                ending.result.error() == null ? null : ending.result.error().code();
        return model.end(
                lease.row(),
                lease.token(),
                ending.result.state().code(),
                error == null ? '\0' : error.code(),
                error == null ? "" : error.wire(),
                lease.row() % 7);
    }

    /** Makes calls in one turn of an event loop, so that they share one run of their script. */
    private <T> List<T> together(List<Supplier<Future<T>>> calls) {
        if (calls.size() == 1) {
            List<T> only = new ArrayList<>();
            only.add(Await.result(calls.get(0).get()));
            return only;
        }
        Promise<List<T>> answers = Promise.promise();
        store.vertx().runOnContext(none -> {
            List<Future<T>> made = calls.stream().map(Supplier::get).toList();
            Future.all(made).onComplete(done -> {
                if (done.failed()) {
                    answers.fail(done.cause());
                } else {
                    List<T> list = new ArrayList<>();
                    made.forEach(answer -> list.add(answer.result()));
                    answers.complete(list);
                }
            });
        });
        return Await.result(answers.future());
    }

    void defer(int number, boolean holding, String host, boolean later, boolean apart) {
        defer(lease(number, holding), host, later, apart);
    }

    /** Takes so many items and lets them wait for that host. */
    void holdBack(int most, String host, boolean later) {
        for (Lease lease : taken(most, false)) {
            defer(lease, host, later, false);
            check.compare();
        }
    }

    private void defer(Lease lease, String host, boolean later, boolean apart) {
        long wait = later ? LONG_MILLIS : 0;
        long between = apart ? LONG_MILLIS : 0;
        boolean deferred = Await.result(queue.leases.defer(lease, "key" + lease.row(), host, wait, between));
        assertThat(deferred).as("deferred").isEqualTo(model.defer(lease.row(), lease.token()));
        if (deferred) {
            boolean asking = model.items.get(lease.row()).state == 'q';
            model.items.get(lease.row()).hold = (asking ? JobModel.ASKING : 0)
                    + model.turn(!check.expectHold(lease.row(), host, wait, between, asking));
        }
    }

    void tick() {
        check.expectTick();
        if (narrow) {
            JobModel.Tick tick = NarrowScripts.tick(store, job, CRASH_LIMIT);
            JobModel.Tick expected = tickOfModel();
            assertThat(tick).as("the tick's answer").isEqualTo(expected);
            if (model.open() && !expected.lapsed()) {
                return;
            }
        }
        Jobs.Tick tick = queue.tick(job);
        JobModel.Tick expected = tickOfModel();
        if (expected.lapsed()) {
            model.fail(true);
        }
        if (model.open()) {
            assertThat(tick)
                    .as("what the job needs")
                    .isEqualTo(new Jobs.Tick(
                            true,
                            expected.work(),
                            expected.taken(),
                            false,
                            expected.more(),
                            "anonymous",
                            5,
                            expected.asks()));
        } else {
            model.retire();
            assertThat(tick)
                    .as("what an ended job needs")
                    .isEqualTo(new Jobs.Tick(false, false, 0, true, false, "", 0, false));
        }
    }

    private JobModel.Tick tickOfModel() {
        Set<Integer> dueBefore = due();
        JobModel.Tick tick = model.tick(CRASH_LIMIT);
        due().stream().filter(row -> !dueBefore.contains(row)).forEach(row -> check.expect(keys().due(), row, 0));
        return tick;
    }

    private Set<Integer> due() {
        Set<Integer> rows = new LinkedHashSet<>();
        model.items.values().stream().filter(item -> item.due != null).forEach(item -> rows.add(item.row));
        return rows;
    }

    void pause() {
        assertThat(Await.result(queue.jobs.pause(job))).as("pause").isEqualTo(model.halts.pause());
    }

    void halt() {
        assertThat(Await.result(queue.jobs.halt(job, "storage_full", "there is no room")))
                .as("halt")
                .isEqualTo(model.halts.haltFor("storage_full"));
    }

    void resume() {
        assertThat(Await.result(queue.jobs.resume(job))).as("resume").isEqualTo(model.halts.resume());
    }

    void cancel() {
        assertThat(queue.cancel(job)).as("cancel").isEqualTo(model.cancel());
    }

    void retryFailed(Set<ErrorCode> codes, int wish) {
        StringBuilder bytes = new StringBuilder();
        codes.stream().sorted().forEach(code -> bytes.append(code.code()));
        assertThat(Await.result(queue.jobs.retryFailed(job, codes, "wish-" + wish)))
                .as("retry")
                .isEqualTo(model.retryFailed(bytes.toString(), "wish-" + wish));
    }

    /** Lets the time come of what waits to be tried again, or for its host. */
    void letTimePass(boolean hosts) {
        for (ModelItem item : model.items.values()) {
            double asking = item.state == 'q' ? JobModel.ASKING : 0;
            if (hosts && item.hold != null && item.hold - asking >= JobModel.LATER) {
                item.hold = asking + model.turn(false);
                store.send(Command.ZADD, keys().held(), String.format("%.0f", item.hold), item.row);
            } else if (!hosts && item.due != null && item.due >= JobModel.LATER) {
                item.due = model.turn(false);
                store.send(Command.ZADD, keys().due(), String.format("%.0f", item.due), item.row);
            }
        }
    }

    /** Lets the time come at which the next item may be given out. */
    void letNextStartCome() {
        if (model.paced >= JobModel.LATER) {
            model.paced = model.turn(false);
            store.send(Command.HSET, keys().meta(), "paced", String.format("%.0f", model.paced));
        }
    }

    void forgetScripts() {
        store.send(Command.SCRIPT, "FLUSH");
    }

    /** Works on all that can be had at present, each item to the ending whose turn it is; later to one that is final. */
    void workOff(List<Ending> first, List<Ending> last) {
        for (int round = 0; round < 8; round++) {
            List<Lease> fresh = taken(10, false);
            if (fresh.isEmpty()) {
                break;
            }
            start(fresh);
            check.compare();
            finish(fresh, round == 0 ? first : last);
            check.compare();
        }
    }

    /** Takes so many items and starts each for which that is said, and loses their worker. */
    void lose(int most, List<Boolean> started) {
        List<Lease> fresh = taken(most, true);
        List<Lease> chosen = new ArrayList<>();
        for (int i = 0; i < fresh.size(); i++) {
            if (started.get(i % started.size())) {
                chosen.add(fresh.get(i));
            }
        }
        if (!chosen.isEmpty()) {
            start(chosen);
            check.compare();
        }
        tick();
    }

    private List<Lease> taken(int most, boolean shortly) {
        letNextStartCome();
        int known = given.size();
        claim(most, shortly);
        check.compare();
        return List.copyOf(given.subList(known, given.size()));
    }

    /** Holds what is stored against the model, and against what must always hold. */
    void check() {
        check.check();
    }

    /** Holds the rows as they are read, and the events' form, against the model. */
    void checkEnd() {
        check.checkEnd();
    }
}
