package dev.rowhound.queue;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.JobState;
import dev.rowhound.queue.ModelRun.Ending;
import dev.rowhound.queue.job.NewJob;
import dev.rowhound.redis.TestRedis;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;

/**
 * Random sequences of all that may happen to a job, late and repeated calls too, do with it in Redis what they do with
 * a model in Java. See {@link Seeds}.
 */
class ScriptSequencesIT {
    private static final int STEPS = 40;
    private static final List<Ending> REFUSED =
            List.of(Ending.with(ItemResult.blocked("A code is asked for.", "start")));

    private static TestRedis store;

    private Kind kind;

    @BeforeContainer
    static void start() {
        store = TestRedis.start();
    }

    @AfterContainer
    static void stop() throws Exception {
        store.close();
    }

    /** What a sequence runs under: the windows of the scripts, how fast, and when the job stops by itself. */
    record Kind(boolean narrow, NewJob.Pace pace, NewJob.Halts halts) {}

    record Sequence(Kind kind, ActionChain<ModelRun> steps) {}

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
    void doWhatTheModelDoes(@ForAll("sequences") Sequence sequence) {
        run(sequence);
    }

    @Tag("full")
    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, generation = GenerationMode.RANDOMIZED)
    void doWhatTheModelDoesForLong(@ForAll("sequences") Sequence sequence) {
        run(sequence);
    }

    private void run(Sequence sequence) {
        kind = sequence.kind;
        Seeds.tell(() -> sequence.steps
                .withInvariant("the store is as the model says", ModelRun::check)
                .run()
                .checkEnd());
    }

    @Provide
    Arbitrary<Sequence> sequences() {
        return Seeds.seeded(Combinators.combine(
                        Combinators.combine(Arbitraries.of(false, true), paces(), halts())
                                .as(Kind::new),
                        steps())
                .as(Sequence::new));
    }

    private static Arbitrary<NewJob.Pace> paces() {
        int delay = (int) ModelRun.LONG_MILLIS;
        return Combinators.combine(
                        Arbitraries.frequency(Tuple.of(3, 0), Tuple.of(1, 2)),
                        Arbitraries.frequency(Tuple.of(4, 0), Tuple.of(1, delay)))
                .as((concurrency, least) ->
                        new NewJob.Pace(FairScheduler.DEFAULT_PRIORITY, concurrency, least, least + least / 2));
    }

    private static Arbitrary<NewJob.Halts> halts() {
        return Combinators.combine(
                        Arbitraries.frequencyOf(
                                Tuple.of(1, Arbitraries.just(0)),
                                Tuple.of(1, Arbitraries.integers().between(1, 8))),
                        Arbitraries.integers().between(0, 3))
                .as(NewJob.Halts::new);
    }

    private Arbitrary<ActionChain<ModelRun>> steps() {
        Arbitrary<Boolean> holding = Arbitraries.frequency(Tuple.of(4, true), Tuple.of(1, false));
        Arbitrary<Boolean> either = Arbitraries.of(false, true);
        Arbitrary<Integer> number =
                Arbitraries.integers().between(0, 999).withDistribution(RandomDistribution.uniform());
        Arbitrary<List<Integer>> numbers = number.list().ofMinSize(1).ofMaxSize(4);
        Arbitrary<List<String>> rows = Arbitraries.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "!1", "!2")
                .list()
                .ofMinSize(1)
                .ofMaxSize(7);
        Arbitrary<Ending> ending = Arbitraries.of(
                Ending.with(ItemResult.found(new JsonObject().put("name", "N"))),
                Ending.with(ItemResult.notFound()),
                Ending.with(ItemResult.blocked("A code is asked for.", "start")),
                Ending.with(ItemResult.failed(ErrorCode.TIMEOUT, "No answer.", "start")),
                Ending.with(ItemResult.failed(ErrorCode.DNS, "No such name.", "start")),
                Ending.release(),
                Ending.retry(false),
                Ending.retry(true));
        Arbitrary<List<Ending>> endings = ending.list().ofMinSize(1).ofMaxSize(4);
        Arbitrary<List<Ending>> ends = ending.filter(each -> !each.toString().startsWith("re"))
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
        Arbitrary<Set<ErrorCode>> codes = Arbitraries.of(
                Set.of(),
                Set.of(ErrorCode.TIMEOUT),
                Set.of(ErrorCode.BLOCKED, ErrorCode.WORKER_LOST),
                Set.of(ErrorCode.TLS));
        Arbitrary<String> named = Arbitraries.of("one.example", "two.example");
        Predicate<ModelRun> any = run -> true;
        return ActionChain.startWith(() -> new ModelRun(store, kind.narrow, kind.pace, kind.halts))
                .withAction(
                        8,
                        step(
                                ModelRun::receiving,
                                rows.map(keys ->
                                        mutate("append " + keys, run -> run.append(keys.toArray(String[]::new))))))
                .withAction(
                        2,
                        step(
                                ModelRun::anyChunk,
                                number.map(n -> mutate("append again " + n, run -> run.appendAgain(n)))))
                .withAction(
                        15,
                        step(
                                run -> run.receiving() && run.model.rows > 5,
                                Arbitraries.just(mutate("seal", ModelRun::seal))))
                .withAction(1, step(run -> run.model.rows > 0, Arbitraries.just(mutate("seal", ModelRun::seal))))
                .withAction(
                        1,
                        step(
                                ModelRun::receiving,
                                Combinators.combine(number, either)
                                        .as((n, own) -> n > 100
                                                ? mutate("hold the upload", ModelRun::hold)
                                                : own
                                                        ? mutate("let the upload lapse", ModelRun::letUploadLapse)
                                                        : mutate("fail the upload", run -> run.fail(n > 50)))))
                .withAction(
                        7,
                        step(
                                any,
                                Combinators.combine(Arbitraries.integers().between(1, 5), either)
                                        .as((n, shortly) -> mutate(
                                                "claim " + n + (shortly ? " shortly" : ""),
                                                run -> run.claim(n, shortly)))))
                .withAction(
                        8,
                        step(
                                ModelRun::anyLease,
                                Combinators.combine(numbers, holding)
                                        .as((list, held) ->
                                                mutate("start " + list + held(held), run -> run.start(list, held)))))
                .withAction(
                        3,
                        step(
                                ModelRun::anyLease,
                                Combinators.combine(number, holding, either)
                                        .as((n, held, shortly) -> mutate(
                                                "renew " + n + held(held) + (shortly ? " shortly" : ""),
                                                run -> run.renew(n, held, shortly)))))
                .withAction(
                        9,
                        step(
                                ModelRun::anyLease,
                                Combinators.combine(numbers, holding, endings)
                                        .as((list, held, how) -> mutate(
                                                "finish " + list + held(held) + " as " + how,
                                                run -> run.finish(list, held, how)))))
                .withAction(
                        5,
                        step(
                                ModelRun::anyLease,
                                Combinators.combine(number, holding, named, either, either)
                                        .as((n, held, host, later, apart) -> mutate(
                                                "defer " + n + held(held) + " to " + host + (later ? " later" : "")
                                                        + (apart ? " apart" : ""),
                                                run -> run.defer(n, held, host, later, apart)))))
                .withAction(
                        7,
                        step(
                                ModelRun::anyLease,
                                Combinators.combine(number, either, holding)
                                        .as((n, text, inTime) -> mutate(
                                                "ask by " + n + (text ? " for a text" : "")
                                                        + (inTime ? "" : " too late"),
                                                run -> run.questions.ask(run.lease(n, n % 5 > 0), text, !inTime)))))
                .withAction(
                        6,
                        step(
                                run -> run.questions.any(),
                                Combinators.combine(number, Arbitraries.of("a|b", "", "x"), either)
                                        .as((n, words, text) -> mutate(
                                                "answer " + n + (text ? " with " + words : ""),
                                                run -> run.questions.answer(n, text ? words : null)))))
                .withAction(
                        5,
                        step(
                                ModelRun::anyLease,
                                Combinators.combine(number, holding)
                                        .as((n, held) -> mutate(
                                                "wait for room by " + n + held(held),
                                                run -> run.questions.await(run.lease(n, held))))))
                .withAction(
                        5,
                        step(
                                any,
                                Combinators.combine(Arbitraries.integers().between(1, 5), either)
                                        .as((n, shortly) -> mutate(
                                                "claim " + n + " that ask" + (shortly ? " shortly" : ""),
                                                run -> run.claim(n, shortly, true)))))
                .withAction(7, step(any, Arbitraries.just(mutate("tick", ModelRun::tick))))
                .withAction(2, step(any, Arbitraries.just(mutate("pause", ModelRun::pause))))
                .withAction(1, step(any, Arbitraries.just(mutate("halt", ModelRun::halt))))
                .withAction(3, step(any, Arbitraries.just(mutate("resume", ModelRun::resume))))
                .withAction(
                        8,
                        step(
                                run -> run.model.state == JobState.PAUSED,
                                Arbitraries.just(mutate("resume what is paused", ModelRun::resume))))
                .withAction(
                        3,
                        step(
                                run -> run.model.paced >= JobModel.LATER,
                                Arbitraries.just(mutate("let the next start come", ModelRun::letNextStartCome))))
                .withAction(
                        4,
                        step(
                                run -> run.model.halts.most > 0 && run.givesOut(),
                                ends.map(last -> mutate(
                                        "be refused, then work off as " + last, run -> run.workOff(REFUSED, last)))))
                .withAction(
                        1,
                        step(run -> run.model.events.size() > 20, Arbitraries.just(mutate("cancel", ModelRun::cancel))))
                .withAction(
                        12,
                        step(
                                run -> run.model.state == JobState.COMPLETED,
                                Combinators.combine(
                                                codes, Arbitraries.integers().between(1, 3))
                                        .as((which, wish) -> mutate(
                                                "retry failed of " + which + " by wish " + wish,
                                                run -> run.retryFailed(which, wish)))))
                .withAction(
                        1,
                        step(
                                any,
                                Combinators.combine(
                                                codes, Arbitraries.integers().between(1, 3))
                                        .as((which, wish) -> mutate(
                                                "retry failed of " + which + " by wish " + wish,
                                                run -> run.retryFailed(which, wish)))))
                .withAction(
                        3,
                        step(
                                any,
                                either.map(hosts -> mutate(
                                        "let time pass for " + (hosts ? "hosts" : "retries"),
                                        run -> run.letTimePass(hosts)))))
                .withAction(
                        12,
                        step(
                                any,
                                Combinators.combine(endings, ends)
                                        .as((first, last) -> mutate(
                                                "work off as " + first + ", then as " + last,
                                                run -> run.workOff(first, last)))))
                .withAction(
                        5,
                        step(
                                ModelRun::givesOut,
                                Combinators.combine(
                                                Arbitraries.integers().between(1, 5),
                                                either.list().ofMinSize(1).ofMaxSize(3))
                                        .as((n, started) -> mutate(
                                                "lose " + n + ", started " + started, run -> run.lose(n, started)))))
                .withAction(1, step(any, Arbitraries.just(mutate("forget the scripts", ModelRun::forgetScripts))))
                .withAction(
                        4,
                        step(
                                ModelRun::givesOut,
                                Combinators.combine(Arbitraries.integers().between(1, 4), named, either)
                                        .as((n, where, later) -> mutate(
                                                "hold back " + n + " for " + where + (later ? " later" : ""),
                                                run -> run.holdBack(n, where, later)))))
                .withMaxTransformations(STEPS);
    }

    private static String held(boolean holding) {
        return holding ? " held" : " of all";
    }

    private static Transformer<ModelRun> mutate(String name, Consumer<ModelRun> change) {
        return Transformer.mutate(name, change);
    }

    private static Action<ModelRun> step(Predicate<ModelRun> when, Arbitrary<Transformer<ModelRun>> how) {
        return new Action.Independent<>() {
            @Override
            public boolean precondition(ModelRun run) {
                return when.test(run);
            }

            @Override
            public Arbitrary<Transformer<ModelRun>> transformer() {
                return how;
            }
        };
    }
}
