package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.queue.FairScheduler.QueuedJob;
import dev.rowhound.redis.Keys;
import dev.rowhound.redis.TestRedis;
import io.vertx.redis.client.Command;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The turns in the store beside what they must be; each method does one step with both. */
final class FairSchedulerModel {
    /** What a turn costs in which nothing was found, and how far behind the clock a job enters. */
    private static final double LITTLE = 0.1;

    /** No run takes so long. */
    private static final long LONG_MILLIS = 600_000;

    /** The jobs that are offered; user {@code u1} weighs 1, {@code u2} weighs 2. */
    static final List<QueuedJob> JOBS = List.of(
            new QueuedJob("a", "u1", 5),
            new QueuedJob("b", "u1", 10),
            new QueuedJob("c", "u2", 1),
            new QueuedJob("d", "u2", 5));

    private static final Set<String> USERS = JOBS.stream().map(QueuedJob::user).collect(Collectors.toSet());

    private final TestRedis store;
    private final FairScheduler turns;
    private final Level users = new Level();
    private final Map<String, Level> jobs = new HashMap<>();
    private final Map<String, Long> userEntries = new HashMap<>();
    private final Map<String, Long> jobEntries = new HashMap<>();
    private final Set<String> resting = new HashSet<>();
    private long last;

    FairSchedulerModel(TestRedis store) {
        store.send(Command.FLUSHALL, "SYNC");
        this.store = store;
        this.turns = new FairScheduler(store.connector(), FairSchedulerModel::weightOf);
        USERS.forEach(user -> jobs.put(user, new Level()));
    }

    /** Who has turns, by when they entered; an earlier entry with the same name may still be there. */
    private record Member(long entry, String name) {
        @Override
        public String toString() {
            return String.format("%016d", entry) + name;
        }
    }

    /** The turns of users, or those of one user's jobs. */
    private static final class Level {
        final Map<Member, Double> times = new HashMap<>();
        final Map<String, Double> left = new HashMap<>();
        Double clock;

        double clock() {
            if (clock == null) {
                clock = times.values().stream().mapToDouble(time -> time).min().orElse(0);
            }
            return clock;
        }

        void setClock(double time) {
            clock = time;
            left.values().removeIf(each -> each < time);
        }

        Member first() {
            return times.keySet().stream()
                    .min(Comparator.<Member>comparingDouble(times::get).thenComparing(Member::toString))
                    .orElse(null);
        }

        void giveBack(Member member, String name, double amount) {
            if (member != null && times.containsKey(member)) {
                times.merge(member, -amount, Double::sum);
            } else {
                left.computeIfPresent(name, (key, time) -> time - amount);
            }
        }

        Map<String, Double> storedTimes() {
            return times.entrySet().stream()
                    .collect(Collectors.toMap(entry -> entry.getKey().toString(), Map.Entry::getValue));
        }

        Map<String, Double> storedClocks() {
            Map<String, Double> clocks = new HashMap<>(left);
            if (clock != null) {
                clocks.put("", clock);
            }
            return clocks;
        }
    }

    private static int weightOf(String user) {
        return Integer.parseInt(user.substring(1));
    }

    private static QueuedJob jobOf(String id) {
        return JOBS.stream().filter(job -> job.id().equals(id)).findAny().orElseThrow();
    }

    private static Member member(Map<String, Long> entries, String name) {
        Long entry = entries.get(name);
        return entry == null ? null : new Member(entry, name);
    }

    private Member enter(Map<String, Long> entries, String name) {
        entries.put(name, ++last);
        return new Member(last, name);
    }

    void offer(QueuedJob job) {
        Await.result(turns.offer(job));
        offered(job, false);
    }

    void wake(QueuedJob job) {
        Await.result(turns.wake(job));
        offered(job, true);
    }

    void wakeAll() {
        JOBS.forEach(this::wake);
    }

    private void offered(QueuedJob job, boolean wake) {
        Level level = jobs.get(job.user());
        Member member = member(jobEntries, job.id());
        Member present = member == null ? enter(jobEntries, job.id()) : member;
        if (!level.times.containsKey(present)) {
            Double had = level.left.remove(job.id());
            level.times.put(present, had == null ? level.clock() + LITTLE : Math.max(level.clock(), had));
        }
        if (resting.contains(job.user()) && !wake) {
            return;
        }
        resting.remove(job.user());
        Member user = member(userEntries, job.user());
        if (user == null || !users.times.containsKey(user)) {
            Double had = users.left.remove(job.user());
            double time = Math.max(users.clock(), had == null ? 0 : had);
            users.times.put(enter(userEntries, job.user()), time);
        }
    }

    String pick(int items) {
        String picked = Await.result(turns.pick(items));
        assertThat(picked).as("picked").isEqualTo(expectedPick(items));
        return picked;
    }

    /** What nobody knows any more is thrown away on the way. */
    private String expectedPick(int items) {
        for (Member user = users.first(); user != null; user = users.first()) {
            Level level = jobs.get(user.name);
            Member job = level.first();
            if (!user.equals(member(userEntries, user.name))) {
                users.times.remove(user);
                if (!userEntries.containsKey(user.name)) {
                    level.times.clear();
                }
            } else if (job == null) {
                leave(user.name);
            } else if (!job.equals(member(jobEntries, job.name))) {
                level.times.remove(job);
            } else {
                users.setClock(users.times.get(user));
                level.setClock(level.times.get(job));
                users.times.merge(user, (double) items / weightOf(user.name), Double::sum);
                level.times.merge(job, (double) items / jobOf(job.name).priority(), Double::sum);
                return job.name;
            }
        }
        return null;
    }

    private void leave(String user) {
        Member member = member(userEntries, user);
        Double time = member == null ? null : users.times.remove(member);
        if (time != null) {
            users.left.put(user, time);
        }
        userEntries.remove(user);
    }

    void refund(QueuedJob job, int items) {
        Await.result(turns.refund(job, items));
        giveBack(job, items);
    }

    void refundEmptyClaim(QueuedJob job, int items) {
        Await.result(turns.refundEmptyClaim(job, items));
        giveBack(job, items - LITTLE);
    }

    private void giveBack(QueuedJob job, double items) {
        jobs.get(job.user()).giveBack(member(jobEntries, job.id()), job.id(), items / job.priority());
        users.giveBack(member(userEntries, job.user()), job.user(), items / weightOf(job.user()));
    }

    /** A user who may not run more rests for long, or until the next offer. */
    void suspendUser(QueuedJob job, int items, boolean later) {
        Await.result(turns.suspendUser(job, items, later ? LONG_MILLIS : 0));
        giveBack(job, items - LITTLE);
        leave(job.user());
        // One whose time has come is as one who has left.
        if (!jobs.get(job.user()).times.isEmpty()) {
            resting.remove(job.user());
            if (later) {
                resting.add(job.user());
            }
        }
    }

    void park(QueuedJob job) {
        Await.result(turns.park(job.id()));
        withdrawn(job, true);
    }

    void remove(QueuedJob job) {
        Await.result(turns.remove(job.id()));
        withdrawn(job, false);
    }

    private void withdrawn(QueuedJob job, boolean kept) {
        Member member = member(jobEntries, job.id());
        if (member == null) {
            return;
        }
        Level level = jobs.get(job.user());
        Double time = level.times.remove(member);
        if (time != null && kept) {
            level.left.put(job.id(), time);
        }
        jobEntries.remove(job.id());
        if (level.times.isEmpty()) {
            leave(job.user());
            resting.remove(job.user());
        }
    }

    void loseTurns() {
        store.send(Command.DEL, Keys.VIRTUAL_TIMES);
        users.times.clear();
    }

    void loseClocks() {
        store.send(Command.DEL, Keys.VIRTUAL_CLOCKS);
        users.left.clear();
        users.clock = null;
    }

    void loseEntries() {
        store.send(Command.DEL, Keys.SCHEDULER_ENTRIES);
        userEntries.clear();
        jobEntries.clear();
        resting.clear();
        last = 0;
    }

    void loseJobsOf(String user) {
        store.send(Command.DEL, Keys.virtualTimes(user), Keys.virtualClocks(user));
        jobs.put(user, new Level());
    }

    /** Holds all keys against the model. */
    void check() {
        assertThat(store.scores(Keys.VIRTUAL_TIMES)).as("users who have turns").isEqualTo(users.storedTimes());
        assertThat(store.scores(Keys.VIRTUAL_CLOCKS)).as("the users' clock").isEqualTo(users.storedClocks());
        jobs.forEach((user, level) -> {
            assertThat(store.scores(Keys.virtualTimes(user)))
                    .as("jobs of %s", user)
                    .isEqualTo(level.storedTimes());
            assertThat(store.scores(Keys.virtualClocks(user)))
                    .as("the clock of %s", user)
                    .isEqualTo(level.storedClocks());
        });
        Map<String, String> expected = new TreeMap<>();
        userEntries.forEach(
                (user, entry) -> expected.put("u:" + user, String.format("%016d:%d", entry, weightOf(user))));
        jobEntries.forEach((id, entry) -> expected.put(
                "j:" + id,
                String.format(
                        "%016d:%d:%s", entry, jobOf(id).priority(), jobOf(id).user())));
        Map<String, String> hash = new TreeMap<>(store.hash(Keys.SCHEDULER_ENTRIES));
        assertThat(hash.getOrDefault("last", "0")).as("the last entry").isEqualTo(String.valueOf(last));
        hash.remove("last");
        Set<String> rests = hash.keySet().stream()
                .filter(field -> field.startsWith("r:") && Double.parseDouble(hash.get(field)) > now())
                .map(field -> field.substring(2))
                .collect(Collectors.toSet());
        assertThat(rests).as("users who rest").isEqualTo(resting);
        hash.keySet().removeIf(field -> field.startsWith("r:"));
        assertThat(hash).as("what is known of jobs and users").isEqualTo(expected);
    }

    private double now() {
        var time = store.send(Command.TIME);
        return time.get(0).toLong() * 1000.0 + time.get(1).toLong() / 1000.0;
    }

    /** Whatever was lost: once all are offered again, each has its turn; and when all have ended, little is left. */
    void checkEnd() {
        wakeAll();
        check();
        Set<String> picked = new HashSet<>();
        for (int picks = 0; picks < 10_000 && picked.size() < JOBS.size(); picks++) {
            picked.add(pick(1));
        }
        assertThat(picked).as("picked").hasSize(JOBS.size());
        check();
        JOBS.forEach(this::remove);
        assertThat(pick(1)).as("picked where all have ended").isNull();
        check();
        assertThat(store.hash(Keys.SCHEDULER_ENTRIES).keySet()).isEqualTo(Set.of("last"));
        USERS.forEach(user -> {
            assertThat(store.send(Command.EXISTS, Keys.virtualTimes(user)).toInteger())
                    .isZero();
            assertThat(store.send(Command.PTTL, Keys.virtualClocks(user)).toLong())
                    .as("until the clock of %s lapses, -1 where it does not", user)
                    .isNotEqualTo(-1);
        });
    }
}
