package dev.trawl.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trawl.redis.Await;
import dev.trawl.redis.TestRedis;
import io.vertx.redis.client.Command;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;

/** Random sequences over the turns, their keys lost among them, against a model; and the shares that it keeps. */
class TurnsSequencesIT {
    private static TestRedis store;

    @BeforeContainer
    static void start() {
        store = TestRedis.start();
    }

    @AfterContainer
    static void stop() throws Exception {
        store.close();
    }

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
    void doesWhatTheModelDoes(@ForAll("seeded") ActionChain<TurnsModel> steps) {
        run(steps);
    }

    @Tag("full")
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
    void doesWhatTheModelDoesForLong(@ForAll("seeded") ActionChain<TurnsModel> steps) {
        run(steps);
    }

    private static void run(ActionChain<TurnsModel> steps) {
        Seeds.tell(() -> steps.withInvariant("the store is as the model says", TurnsModel::check)
                .run()
                .checkEnd());
    }

    @Provide
    Arbitrary<ActionChain<TurnsModel>> seeded() {
        return Seeds.seeded(steps());
    }

    private static Arbitrary<ActionChain<TurnsModel>> steps() {
        Arbitrary<TurnsModel.Job> job = Arbitraries.of(TurnsModel.JOBS);
        Arbitrary<Integer> items = Arbitraries.integers().between(1, 9);
        return ActionChain.startWith(() -> new TurnsModel(store))
                .withAction(6, step(job.map(each -> mutate("offer " + each, model -> model.offer(each)))))
                .withAction(10, step(items.map(n -> mutate("pick " + n, model -> model.pick(n)))))
                .withAction(
                        3,
                        step(Combinators.combine(job, items)
                                .as((each, n) ->
                                        mutate("refund " + n + " to " + each, model -> model.refund(each, n)))))
                .withAction(3, step(job.map(each -> mutate("park " + each, model -> model.park(each)))))
                .withAction(2, step(job.map(each -> mutate("remove " + each, model -> model.remove(each)))))
                .withAction(1, step(Arbitraries.just(mutate("offer all", TurnsModel::offerAll))))
                .withAction(1, step(Arbitraries.just(mutate("lose the times", TurnsModel::loseTimes))))
                .withAction(1, step(Arbitraries.just(mutate("lose the jobs", TurnsModel::loseJobs))))
                .withMaxTransformations(30);
    }

    private static Transformer<TurnsModel> mutate(String name, Consumer<TurnsModel> change) {
        return Transformer.mutate(name, change);
    }

    private static Action<TurnsModel> step(Arbitrary<Transformer<TurnsModel>> how) {
        return (Action.Independent<TurnsModel>) () -> how;
    }

    /** Users with a weight each, and each one's jobs by priority; how many items are picked at a time. */
    record Load(Map<Integer, List<Integer>> prioritiesByWeight, List<Integer> picks) {}

    @Provide
    Arbitrary<Load> loads() {
        Arbitrary<List<Integer>> priorities =
                Arbitraries.integers().between(1, 10).list().ofMinSize(1).ofMaxSize(4);
        Arbitrary<Map<Integer, List<Integer>>> users = Arbitraries.maps(
                        Arbitraries.integers().between(1, 9), priorities)
                .ofMinSize(1)
                .ofMaxSize(4);
        Arbitrary<List<Integer>> picks =
                Arbitraries.integers().between(1, 5).list().ofSize(150);
        return Seeds.seeded(Combinators.combine(users, picks).as(Load::new));
    }

    /**
     * Users share by their weights and a user's jobs by their priorities: no job is ahead of another by more than what
     * it was given last.
     */
    @Property(tries = 8, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
    void sharesByWeights(@ForAll("loads") Load load) {
        Seeds.tell(() -> assertShares(load));
    }

    private static void assertShares(Load load) {
        store.send(Command.FLUSHALL, "SYNC");
        Turns turns = new Turns(store.connector(), Integer::parseInt);
        Map<String, Double> shares = new HashMap<>();
        double users = load.prioritiesByWeight.keySet().stream()
                .mapToInt(weight -> weight)
                .sum();
        load.prioritiesByWeight.forEach((weight, priorities) -> {
            double sum = priorities.stream().mapToInt(priority -> priority).sum();
            for (int i = 0; i < priorities.size(); i++) {
                String job = weight + "-" + i;
                Await.result(turns.offer(job, String.valueOf(weight), priorities.get(i)));
                shares.put(job, weight / users * priorities.get(i) / sum);
            }
        });

        Map<String, Integer> had = new HashMap<>();
        for (int items : load.picks) {
            had.merge(Await.result(turns.pick(items)), items, Integer::sum);
        }

        shares.forEach((job, share) -> shares.forEach((other, others) -> {
            double lead = had.getOrDefault(job, 0) / share - had.getOrDefault(other, 0) / others;
            assertThat(lead)
                    .as("lead of %s before %s, which had %s by shares of %s", job, other, had, shares)
                    .isLessThanOrEqualTo(5 / share + 1e-6);
        }));
    }
}
