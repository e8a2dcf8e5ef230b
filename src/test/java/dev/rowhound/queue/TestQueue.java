package dev.rowhound.queue;

import dev.rowhound.Await;
import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Row;
import dev.rowhound.progress.Cursor;
import dev.rowhound.progress.EventLog;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.question.Questions;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.queue.result.Items;
import dev.rowhound.queue.result.LargeResults;
import dev.rowhound.queue.result.StoredResults;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The parts of the queue over one Redis, with calls that wait for their answer. */
public final class TestQueue {
    /** Leases that no test outlives. */
    public static final QueueConfig PATIENT = config(Duration.ofMinutes(5), Duration.ofMinutes(5));

    /** Leases that have run out when they are given. */
    public static final QueueConfig SHORT = config(Duration.ZERO, Duration.ZERO);

    public final TestRedis store;
    public final ArtifactStore artifacts;
    public final Uploads uploads;
    public final Leases leases;
    public final Leases shortLeases;
    public final Jobs jobs;
    public final Items items;
    public final FairScheduler turns;
    public final EventLog log;
    public final Questions questions;

    /** Over that store. */
    public TestQueue(TestRedis store) {
        RedisConnector redis = store.connector();
        this.store = store;
        this.uploads = new Uploads(redis, PATIENT, new FairScheduler(redis, user -> 1));
        this.artifacts = store.artifacts();
        this.leases = new Leases(redis, PATIENT, "node1", large());
        this.shortLeases = new Leases(redis, SHORT, "node1", large());
        this.jobs = new Jobs(redis, PATIENT);
        this.items = new Items(redis, new StoredResults(store.vertx(), artifacts));
        this.turns = new FairScheduler(redis, user -> 1);
        this.log = new EventLog(redis);
        this.questions = new Questions(redis);
    }

    /** So many keys, each another one. */
    public static String[] keys(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }

    public LargeResults large() {
        return new LargeResults(store.vertx(), artifacts);
    }

    /** The configuration that its parts have. */
    public static QueueConfig config() {
        return PATIENT;
    }

    public static QueueConfig config(Duration lease, Duration uploadLease) {
        return new QueueConfig(lease, uploadLease, 3, Duration.ofDays(7), Duration.ofMinutes(10), Duration.ZERO);
    }

    /** A job that receives, with these keys; see {@link TestUpload#append}. */
    public TestUpload receiving(String... keys) {
        return receivingOf("anonymous", keys);
    }

    /** The same of that user. */
    public TestUpload receivingOf(String user, String... keys) {
        TestUpload upload = new TestUpload(this, user);
        if (keys.length > 0) {
            upload.append(keys);
        }
        return upload;
    }

    /** A job that runs, with these keys; the id. */
    public String running(String... keys) {
        return receiving(keys).seal();
    }

    /** The index of open jobs. */
    public List<String> open() {
        return IntStream.range(0, Keys.OPEN_SETS)
                .boxed()
                .flatMap(set -> store.list(Command.SMEMBERS, Keys.openSet(set)).stream())
                .toList();
    }

    public JobSnapshot find(String job) {
        return Await.result(jobs.find(job));
    }

    /** How many rows are in that state. */
    public int count(String job, ItemState state) {
        return find(job).counters().get(state);
    }

    public Leases.Claim claim(String job, int most) {
        return Await.result(leases.claim(job, most));
    }

    /** The one item that is due next. */
    public Lease claim(String job) {
        return claim(job, 1).leases().get(0);
    }

    /** An item whose worker is lost as soon as it has taken it. */
    public Lease claimShortly(String job) {
        return Await.result(shortLeases.claim(job, 1)).leases().get(0);
    }

    public Integer start(Lease lease) {
        return Await.result(leases.start(lease, "key" + lease.row()));
    }

    public boolean renew(Lease lease) {
        return Await.result(leases.renew(lease));
    }

    /** Ends an item as found. */
    public Leases.EndOutcome end(Lease lease) {
        return end(lease, ItemResult.found(new JsonObject().put("name", "N" + lease.row())));
    }

    /** Ends a job's next item as failed. */
    public Leases.EndOutcome fail(String job) {
        return end(claim(job), ItemResult.failed(ErrorCode.SELECTOR_MISSING, "There is no title.", "title"));
    }

    /** Lets a completed job's failed rows wait again. */
    public void retry(String job) {
        Await.result(jobs.retryFailed(job, Set.of(), "retry"));
    }

    public Leases.EndOutcome end(Lease lease, ItemResult result) {
        return Await.result(leases.end(lease, row(lease), 1, result, List.of()));
    }

    /** The row of an item, which a lost job may not have any more. */
    public Row row(Lease lease) {
        Row row = Await.result(items.row(lease.job(), lease.row()));
        return row == null ? new Row(lease.row(), "gone", 0, null, List.of()) : row;
    }

    /** Rows from that one on, as a reader meets them who asks for the job first. */
    public List<ItemView> page(String job, int from) {
        return Await.result(items.page(find(job), from));
    }

    public Leases.EndOutcome release(Lease lease) {
        return Await.result(leases.release(lease));
    }

    public Jobs.Tick tick(String job) {
        return Await.result(jobs.tick(job));
    }

    public Jobs.ControlResult cancel(String job) {
        return Await.result(jobs.cancel(job));
    }

    /** All events of a job, from the first. */
    public List<JsonObject> events(String job) {
        return Await.result(log.after(job, Cursor.START, 30_000)).events().stream()
                .map(event -> new JsonObject(event.json()))
                .toList();
    }

    /** The types of a job's events, in order. */
    public List<String> types(String job) {
        return events(job).stream().map(event -> event.getString("type")).toList();
    }

    /** A job's last event. */
    public JsonObject lastEvent(String job) {
        List<JsonObject> events = events(job);
        return events.get(events.size() - 1);
    }
}
