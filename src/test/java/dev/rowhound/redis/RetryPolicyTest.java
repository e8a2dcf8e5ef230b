package dev.rowhound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final StoreUnavailableException AWAY = new StoreUnavailableException("away", null);

    private final SteppedTiming timing = new SteppedTiming();
    private int calls;

    @Test
    void doublesThePausesUpToTheLongest() {
        RetryPolicy policy = policy(RetryPolicy.NO_LIMIT);
        Future<String> answer = policy.run(timing, failing(5, AWAY));
        while (!answer.isComplete()) {
            timing.step();
        }
        assertThat(answer.result()).isEqualTo("done");
        assertThat(timing.pauses).containsExactly(100L, 200L, 300L, 300L, 300L);
    }

    @Test
    void shortensAPauseByUpToHalf() {
        timing.random = 0.5;
        Future<String> answer = policy(RetryPolicy.NO_LIMIT).run(timing, failing(1, AWAY));
        timing.step();
        assertThat(answer.succeeded()).isTrue();
        assertThat(timing.pauses).containsExactly(75L);
    }

    @Test
    void answersAtOnceWhatSucceedsAtOnce() {
        assertThat(policy(Duration.ZERO).run(timing, failing(0, AWAY)).result()).isEqualTo("done");
        assertThat(timing.pauses).isEmpty();
    }

    @Test
    void givesUpOnceTheLimitIsOver() {
        Future<String> answer = policy(Duration.ofMillis(250)).run(timing, failing(Integer.MAX_VALUE, AWAY));
        timing.step();
        timing.step();
        assertThat(answer.cause()).isSameAs(AWAY);
        assertThat(calls).isEqualTo(3);
    }

    @Test
    void doesNotRepeatWhatTheStoreHasRefused() {
        IllegalStateException refused = new IllegalStateException("no");
        assertThat(policy(RetryPolicy.NO_LIMIT).run(timing, failing(1, refused)).cause())
                .isSameAs(refused);
        assertThat(calls).isEqualTo(1);
    }

    @Test
    void leavesTheDecisionToTheCondition() {
        List<Integer> asked = new ArrayList<>();
        Future<String> answer = policy(RetryPolicy.NO_LIMIT)
                .run(
                        timing,
                        (error, attempts) -> {
                            asked.add(attempts);
                            return attempts < 3;
                        },
                        failing(Integer.MAX_VALUE, new IllegalStateException("no")));
        timing.step();
        timing.step();
        assertThat(answer.failed()).isTrue();
        assertThat(asked).containsExactly(1, 2, 3);
    }

    @Test
    void answersAfterAnOutageOfAnyLength() {
        Future<String> answer = policy(RetryPolicy.NO_LIMIT).run(timing, failing(20_000, AWAY));
        for (int retries = 0; retries < 20_000; retries++) {
            timing.step();
        }
        assertThat(answer.result()).isEqualTo("done");
    }

    @Test
    void takesAnExceptionForAFailure() {
        Future<String> answer = policy(RetryPolicy.NO_LIMIT).run(timing, () -> {
            if (calls++ == 0) {
                throw AWAY;
            }
            return Future.succeededFuture("done");
        });
        timing.step();
        assertThat(answer.result()).isEqualTo("done");
    }

    @Test
    void holdsTheCallingThreadUpUntilTheCallSucceeds() {
        RetryPolicy policy = new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofSeconds(10));
        assertThat(policy.await(failing(2, AWAY))).isEqualTo("done");
        assertThatThrownBy(() -> policy.await(failing(Integer.MAX_VALUE, new IllegalStateException("no"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no");
    }

    private static RetryPolicy policy(Duration limit) {
        return new RetryPolicy(Duration.ofMillis(100), Duration.ofMillis(300), limit);
    }

    private Supplier<Future<String>> failing(int times, RuntimeException error) {
        return () -> calls++ < times ? Future.failedFuture(error) : Future.succeededFuture("done");
    }

    /** A clock that stands still until it is stepped to the next action. */
    private static final class SteppedTiming implements RetryPolicy.Timing {
        private final List<Long> pauses = new ArrayList<>();
        private final List<Runnable> actions = new ArrayList<>();
        private long nanos;
        private double random;

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public void after(long millis, Runnable action) {
            pauses.add(millis);
            actions.add(action);
        }

        @Override
        public double random() {
            return random;
        }

        void step() {
            nanos += pauses.get(pauses.size() - 1) * 1_000_000;
            actions.remove(0).run();
        }
    }
}
