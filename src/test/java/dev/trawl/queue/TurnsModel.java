package dev.trawl.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trawl.redis.Await;
import dev.trawl.redis.Keys;
import dev.trawl.redis.TestRedis;
import io.vertx.redis.client.Command;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;

/** The turns in the store beside what it must be; each method does one step with both. */
final class TurnsModel {
    /** Sums of fractions differ by where they are added. */
    private static final double EXACT = 1e-6;

    /** The jobs that are offered; user {@code u1} weighs 1, {@code u2} weighs 2. */
    static final List<Job> JOBS =
            List.of(new Job("a", "u1", 5), new Job("b", "u1", 10), new Job("c", "u2", 1), new Job("d", "u2", 5));

    private final TestRedis store;
    private final Turns turns;
    private final Map<String, Double> times = new TreeMap<>();
    private final Map<String, Job> known = new TreeMap<>();
    private final Map<String, Double> parked = new TreeMap<>();
    private double clock;

    /** A job, whose it is, and its priority. */
    record Job(String id, String user, int priority) {
        int weightOfUser() {
            return Integer.parseInt(user.substring(1));
        }
    }

    TurnsModel(TestRedis store) {
        store.send(Command.FLUSHALL, "SYNC");
        this.store = store;
        this.turns = new Turns(store.connector(), user -> Integer.parseInt(user.substring(1)));
    }

    void offer(Job job) {
        Await.result(turns.offer(job.id, job.user, job.priority));
        known.putIfAbsent(job.id, job);
        times.putIfAbsent(job.id, Math.max(clock, parked.getOrDefault(job.id, 0.0)));
        parked.remove(job.id);
    }

    void offerAll() {
        JOBS.forEach(this::offer);
    }

    private int active(String user) {
        return known.values().stream()
                .filter(job -> job.user.equals(user))
                .mapToInt(Job::priority)
                .sum();
    }

    private double price(Job job) {
        return (double) active(job.user) / (job.priority * job.weightOfUser());
    }

    void pick(int items) {
        String picked = Await.result(turns.pick(items));
        // What nobody knows is thrown away until one comes that somebody does.
        double first = known.keySet().stream()
                .filter(times::containsKey)
                .mapToDouble(times::get)
                .min()
                .orElse(Double.MAX_VALUE);
        times.keySet()
                .removeIf(job -> !known.containsKey(job)
                        && (times.get(job) < first
                                || times.get(job) == first && (picked == null || job.compareTo(picked) < 0)));
        if (first == Double.MAX_VALUE) {
            assertThat(picked).as("a pick where no job is known").isNull();
            return;
        }
        assertThat(picked).as("picked").isNotNull();
        assertThat(times.get(picked)).as("time of %s", picked).isCloseTo(first, Offset.offset(EXACT));
        clock = times.get(picked);
        times.merge(picked, items * price(known.get(picked)), Double::sum);
    }

    void refund(Job job, int items) {
        Await.result(turns.refund(job.id, items));
        if (known.containsKey(job.id) && times.containsKey(job.id)) {
            times.merge(job.id, -items * price(known.get(job.id)), Double::sum);
        }
    }

    void park(Job job) {
        Await.result(turns.park(job.id));
        known.remove(job.id);
        Double time = times.remove(job.id);
        if (time != null) {
            parked.put(job.id, time);
        }
    }

    void remove(Job job) {
        Await.result(turns.remove(job.id));
        known.remove(job.id);
        times.remove(job.id);
        parked.remove(job.id);
    }

    void loseTimes() {
        store.send(Command.DEL, Keys.TURNS);
        times.clear();
    }

    void loseJobs() {
        store.send(Command.DEL, Keys.TURN_JOBS);
        known.clear();
        parked.clear();
        clock = 0;
    }

    /** Holds both keys against the model. */
    void check() {
        Map<String, Double> stored = store.scores(Keys.TURNS);
        assertThat(stored.keySet()).as("jobs that have turns").isEqualTo(times.keySet());
        stored.forEach(
                (job, time) -> assertThat(time).as("time of %s", job).isCloseTo(times.get(job), Offset.offset(EXACT)));
        times.putAll(stored);
        Map<String, String> hash = new TreeMap<>(store.hash(Keys.TURN_JOBS));
        assertThat(Double.parseDouble(hash.getOrDefault("clock", "0")))
                .as("clock")
                .isCloseTo(clock, Offset.offset(EXACT));
        clock = Double.parseDouble(hash.getOrDefault("clock", "0"));
        hash.remove("clock");
        Map<String, String> expected = new TreeMap<>();
        known.forEach((id, job) -> {
            expected.put("j:" + id, job.priority + ":" + job.weightOfUser() + ":" + job.user);
            expected.put("u:" + job.user, String.valueOf(active(job.user)));
        });
        parked.forEach((id, time) -> {
            assertThat(Double.parseDouble(hash.getOrDefault("p:" + id, "-1")))
                    .as("time of %s, which is parked", id)
                    .isCloseTo(time, Offset.offset(EXACT));
            hash.remove("p:" + id);
        });
        assertThat(hash).as("what is known of jobs and users").isEqualTo(expected);
    }

    /** Whatever was lost: once all are offered again, each is picked, and the sums are those of all. */
    void checkEnd() {
        offerAll();
        check();
        assertThat(known.keySet()).isEqualTo(JOBS.stream().map(Job::id).collect(Collectors.toSet()));
        double last = times.values().stream().mapToDouble(time -> time).max().orElse(0);
        int picks = 0;
        while (clock <= last && picks < 10_000) {
            pick(1);
            picks++;
        }
        check();
        assertThat(times.values())
                .as("each was picked up to where the last one stood")
                .allMatch(time -> time > last);
    }
}
