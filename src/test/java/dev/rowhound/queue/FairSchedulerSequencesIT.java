package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.queue.FairScheduler.QueuedJob;
import dev.rowhound.redis.TestRedis;
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
class FairSchedulerSequencesIT {
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
    void doesWhatTheModelDoes(@ForAll("seeded") ActionChain<FairSchedulerModel> steps) {
        run(steps);
    }

    @Tag("full")
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
    void doesWhatTheModelDoesForLong(@ForAll("seeded") ActionChain<FairSchedulerModel> steps) {
        run(steps);
    }

    private static void run(ActionChain<FairSchedulerModel> steps) {
        Seeds.tell(() -> steps.withInvariant("the store is as the model says", FairSchedulerModel::check)
                .run()
                .checkEnd());
    }

    @Provide
    Arbitrary<ActionChain<FairSchedulerModel>> seeded() {
        return Seeds.seeded(steps());
    }

    private static Arbitrary<ActionChain<FairSchedulerModel>> steps() {
        Arbitrary<QueuedJob> job = Arbitraries.of(FairSchedulerModel.JOBS);
        Arbitrary<Integer> items = Arbitraries.integers().between(1, 9);
        return ActionChain.startWith(() -> new FairSchedulerModel(store))
                .withAction(6, step(job.map(each -> mutate("offer " + each, model -> model.offer(each)))))
                .withAction(2, step(job.map(each -> mutate("wake " + each, model -> model.wake(each)))))
                .withAction(10, step(items.map(n -> mutate("pick " + n, model -> model.pick(n)))))
                .withAction(
                        3,
                        step(Combinators.combine(job, items)
                                .as((each, n) ->
                                        mutate("refund " + n + " to " + each, model -> model.refund(each, n)))))
                .withAction(
                        1,
                        step(Combinators.combine(job, items)
                                .as((each, n) -> mutate(
                                        "refund " + n + " less a look to " + each,
                                        model -> model.refundEmptyClaim(each, n)))))
                .withAction(
                        2,
                        step(Combinators.combine(job, items, Arbitraries.of(true, false))
                                .as((each, n, later) -> mutate(
                                        "rest for " + n + " of " + each + (later ? " for long" : ""),
                                        model -> model.suspendUser(each, n, later)))))
                .withAction(3, step(job.map(each -> mutate("park " + each, model -> model.park(each)))))
                .withAction(2, step(job.map(each -> mutate("remove " + each, model -> model.remove(each)))))
                .withAction(1, step(Arbitraries.just(mutate("wake all", FairSchedulerModel::wakeAll))))
                .withAction(1, step(Arbitraries.just(mutate("lose the turns", FairSchedulerModel::loseTurns))))
                .withAction(1, step(Arbitraries.just(mutate("lose the clocks", FairSchedulerModel::loseClocks))))
                .withAction(1, step(Arbitraries.just(mutate("lose the entries", FairSchedulerModel::loseEntries))))
                .withAction(1, step(Arbitraries.just(mutate("lose the jobs of u1", model -> model.loseJobsOf("u1")))))
                .withMaxTransformations(30);
    }

    private static Transformer<FairSchedulerModel> mutate(String name, Consumer<FairSchedulerModel> change) {
        return Transformer.mutate(name, change);
    }

    private static Action<FairSchedulerModel> step(Arbitrary<Transformer<FairSchedulerModel>> how) {
        return (Action.Independent<FairSchedulerModel>) () -> how;
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
     * Users share by their weights and a user's jobs by their priorities: no user is ahead of another by more than what
     * was given last, and no job of a user's other jobs.
     */
    @Property(tries = 8, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
    void sharesByWeights(@ForAll("loads") Load load) {
        Seeds.tell(() -> assertShares(load));
    }

    private static void assertShares(Load load) {
        store.send(Command.FLUSHALL, "SYNC");
        FairScheduler turns = new FairScheduler(store.connector(), Integer::parseInt);
        Map<String, Integer> weights = new HashMap<>();
        Map<String, Map<String, Integer>> priorities = new HashMap<>();
        load.prioritiesByWeight.forEach((weight, each) -> {
            String user = String.valueOf(weight);
            weights.put(user, weight);
            priorities.put(user, new HashMap<>());
            for (int i = 0; i < each.size(); i++) {
                String job = user + "-" + i;
                priorities.get(user).put(job, each.get(i));
                Await.result(turns.offer(new QueuedJob(job, user, each.get(i))));
            }
        });

        Map<String, Integer> had = new HashMap<>();
        for (int items : load.picks) {
            String job = Await.result(turns.pick(items));
            had.merge(job, items, Integer::sum);
            had.merge(job.substring(0, job.indexOf('-')), items, Integer::sum);
        }

        assertNoneAhead(weights, had);
        priorities.values().forEach(jobs -> assertNoneAhead(jobs, had));
    }

    private static void assertNoneAhead(Map<String, Integer> weights, Map<String, Integer> had) {
        weights.forEach((one, weight) -> weights.forEach((other, others) -> {
            double lead = (double) had.getOrDefault(one, 0) / weight - (double) had.getOrDefault(other, 0) / others;
            assertThat(lead)
                    .as("lead of %s before %s, which had %s by weights of %s", one, other, had, weights)
                    .isLessThanOrEqualTo(5.0 / weight + 1e-6);
        }));
    }
}
