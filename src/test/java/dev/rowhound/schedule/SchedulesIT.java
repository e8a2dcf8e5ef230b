package dev.rowhound.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.NameIds;
import dev.rowhound.redis.TestRedis;
import dev.rowhound.schedule.ScheduledUpload.Fire;
import dev.rowhound.schedule.Schedules.FireOutcome;
import dev.rowhound.schedule.Schedules.LeasedSchedule;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the scripts over schedules promise, each by itself. */
@ExtendWith(TestRedis.Extension.class)
class SchedulesIT {
    private static final NameIds IDS = new NameIds("a secret of the deployment");
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Instant SIX = Instant.parse("2026-11-20T06:00:00Z");
    private static final Instant SEVEN = Instant.parse("2026-11-20T07:00:00Z");
    private static final Instant EIGHT = Instant.parse("2026-11-20T08:00:00Z");

    private final TestRedis redis;
    private final Schedules schedules;

    SchedulesIT(TestRedis redis) {
        this.redis = redis;
        this.schedules = new Schedules(redis.connector());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }

    private static ScheduledUpload schedule(String user, String name) {
        return new ScheduledUpload(
                UUID.randomUUID().toString(),
                user,
                name,
                "0 * * * *",
                "UTC",
                MissedFires.SKIP,
                new JsonObject().put("recipe", "companies"),
                "codes.csv",
                "abc",
                300,
                SIX.minusSeconds(60),
                false,
                SIX,
                List.of(),
                null);
    }

    private ScheduledUpload stored() throws Exception {
        ScheduledUpload schedule = schedule("an", "hourly");
        assertThat(get(schedules.create(schedule, 0))).isEqualTo(schedule.id());
        return schedule;
    }

    @Test
    void readsWhatWasStored() throws Exception {
        ScheduledUpload schedule = stored();
        assertThat(get(schedules.find(schedule.id()))).isEqualTo(schedule);
        assertThat(get(schedules.exists(schedule.id()))).isTrue();
        assertThat(get(schedules.find("other"))).isNull();
        assertThat(get(schedules.exists("other"))).isFalse();
    }

    @Test
    void givesANameOnceToAUser() throws Exception {
        ScheduledUpload first = stored();
        ScheduledUpload second = schedule("an", "hourly");
        assertThat(get(schedules.create(second, 0))).isEqualTo(first.id());
        assertThat(get(schedules.find(second.id()))).isNull();
        assertThat(get(schedules.create(first, 0))).as("sent again").isEqualTo(first.id());
        ScheduledUpload others = schedule("binh", "hourly");
        assertThat(get(schedules.create(others, 0))).isEqualTo(others.id());
        assertThat(get(schedules.create(schedule("an", "one more"), 1)))
                .as("beyond the limit")
                .isNull();
        assertThat(get(schedules.create(first, 1)))
                .as("sent again at the limit")
                .isEqualTo(first.id());
        ScheduledUpload daily = schedule("an", "daily");
        get(schedules.create(daily, 0));
        assertThat(get(schedules.list("an"))).containsExactly(daily, first);
    }

    @Test
    void tellsThoseThatAreDue() throws Exception {
        String id = stored().id();
        assertThat(get(schedules.due(SIX.minusMillis(1), 10))).isEmpty();
        assertThat(get(schedules.due(SIX, 10))).containsExactly(id);
    }

    @Test
    void givesAFireToOneNodeAtATime() throws Exception {
        String id = stored().id();
        LeasedSchedule first = get(schedules.take(id, LONG));
        assertThat(first).isNotNull();
        assertThat(get(schedules.take(id, LONG))).isNull();
        get(schedules.release(first));
        assertThat(get(schedules.take(id, LONG))).isNotNull();
    }

    @Test
    void givesAFireOnOnceTheLeaseHasRunOut() throws Exception {
        String id = stored().id();
        LeasedSchedule lost = get(schedules.take(id, SHORT));
        LeasedSchedule next = Await.until("the lease", () -> get(schedules.take(id, LONG)), Objects::nonNull);

        assertThat(get(schedules.renew(lost, LONG))).isFalse();
        assertThat(get(schedules.advance(lost, FireOutcome.created(SIX, "job-1"), SEVEN)))
                .isFalse();
        get(schedules.release(lost));
        assertThat(get(schedules.take(id, LONG))).as("still held").isNull();
        assertThat(get(schedules.find(id)).next()).isEqualTo(SIX);
        assertThat(get(schedules.renew(next, LONG))).isTrue();
    }

    @Test
    void holdsAFireAsLongAsItIsRenewed() throws Exception {
        String id = stored().id();
        LeasedSchedule held = get(schedules.take(id, SHORT));
        assertThat(get(schedules.renew(held, LONG))).isTrue();
        TimeUnit.MILLISECONDS.sleep(2 * SHORT.toMillis());
        assertThat(get(schedules.take(id, LONG))).isNull();
    }

    @Test
    void goesOnToTheNextFireWithTheJobNoted() throws Exception {
        String id = stored().id();
        assertThat(get(schedules.advance(get(schedules.take(id, LONG)), FireOutcome.created(SIX, "job-1"), SEVEN)))
                .isTrue();
        assertThat(get(schedules.due(SIX, 10))).isEmpty();
        assertThat(get(schedules.due(SEVEN, 10))).containsExactly(id);

        JsonObject error = new JsonObject().put("code", "no_such_recipe").put("message", "there is none");
        get(schedules.advance(get(schedules.take(id, LONG)), new FireOutcome(SEVEN, null, error), EIGHT));
        ScheduledUpload present = get(schedules.find(id));
        assertThat(present.next()).isEqualTo(EIGHT);
        assertThat(present.jobs()).containsExactly(new Fire(SIX, "job-1"));
        assertThat(present.error()).isEqualTo(error.copy().put("fire", SEVEN.toEpochMilli()));

        get(schedules.advance(
                get(schedules.take(id, LONG)), FireOutcome.created(EIGHT, "job-2"), EIGHT.plusSeconds(60)));
        assertThat(get(schedules.find(id)).error()).isNull();
        assertThat(get(schedules.find(id)).jobs()).containsExactly(new Fire(EIGHT, "job-2"), new Fire(SIX, "job-1"));
    }

    @Test
    void remembersTheLastJobsOnly() throws Exception {
        String id = stored().id();
        for (int i = 0; i < Schedules.REMEMBERED_JOBS + 3; i++) {
            Instant fire = SIX.plusSeconds(60L * i);
            get(schedules.advance(
                    get(schedules.take(id, LONG)), FireOutcome.created(fire, "job-" + i), fire.plusSeconds(60)));
        }
        assertThat(get(schedules.find(id)).jobs())
                .hasSize(Schedules.REMEMBERED_JOBS)
                .first()
                .isEqualTo(new Fire(SIX.plusSeconds(12 * 60), "job-12"));
    }

    @Test
    void keepsTheRightWhenItGoesOnToALaterFire() throws Exception {
        String id = stored().id();
        LeasedSchedule later = get(schedules.skipTo(get(schedules.take(id, LONG)), SEVEN));
        assertThat(later.schedule().next()).isEqualTo(SEVEN);
        assertThat(get(schedules.take(id, LONG))).isNull();
        assertThat(get(schedules.advance(later, FireOutcome.created(SEVEN, "job-1"), EIGHT)))
                .isTrue();
    }

    @Test
    void pausesAlsoWhileAFireIsMade() throws Exception {
        String id = stored().id();
        LeasedSchedule held = get(schedules.take(id, LONG));
        assertThat(get(schedules.pause(id))).isTrue();
        assertThat(get(schedules.advance(held, FireOutcome.created(SIX, "job-1"), SEVEN)))
                .isTrue();

        assertThat(get(schedules.due(EIGHT, 10))).isEmpty();
        assertThat(get(schedules.take(id, LONG))).isNull();
        assertThat(get(schedules.find(id)).jobs()).containsExactly(new Fire(SIX, "job-1"));

        assertThat(get(schedules.resume(id, EIGHT))).isTrue();
        assertThat(get(schedules.resume(id, SEVEN))).as("again").isTrue();
        assertThat(get(schedules.due(EIGHT, 10))).containsExactly(id);
        assertThat(get(schedules.find(id)).next()).isEqualTo(EIGHT);
    }

    @Test
    void forgetsAScheduleAltogether() throws Exception {
        ScheduledUpload schedule = stored();
        LeasedSchedule held = get(schedules.take(schedule.id(), LONG));
        assertThat(get(schedules.delete(schedule))).isTrue();
        assertThat(get(schedules.delete(schedule))).isFalse();
        assertThat(get(schedules.advance(held, FireOutcome.created(SIX, "job-1"), SEVEN)))
                .isFalse();
        assertThat(get(schedules.pause(schedule.id()))).isFalse();
        assertThat(get(schedules.resume(schedule.id(), SEVEN))).isFalse();
        assertThat(redis.list(Command.KEYS, "*")).isEmpty();
    }

    @Test
    void namesAFiresJobAlikeEverywhere() {
        ScheduledUpload schedule = schedule("an", "hourly");
        assertThat(schedule.jobId(IDS, SIX, 1))
                .isEqualTo(schedule.jobId(IDS, Instant.ofEpochMilli(SIX.toEpochMilli()), 1));
        assertThat(List.of(
                        schedule.jobId(IDS, SIX, 2),
                        schedule.jobId(IDS, SEVEN, 1),
                        schedule("an", "x").jobId(IDS, SIX, 1)))
                .doesNotContain(schedule.jobId(IDS, SIX, 1))
                .doesNotHaveDuplicates();
    }
}
