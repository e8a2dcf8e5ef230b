package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AsyncLoopTest {
    private final List<Integer> begun = new ArrayList<>();
    private final Deque<Promise<Void>> inProgress = new ArrayDeque<>();

    @Test
    void beginsAnItemOnlyWhenAnotherHasEnded() {
        Future<Void> loop = loop(10, 3);

        for (int ended = 0; ended < 10; ended++) {
            assertThat(begun).hasSize(Math.min(10, 3 + ended));
            assertThat(loop.isComplete()).isFalse();
            inProgress.remove().complete();
        }

        assertThat(begun).isEqualTo(IntStream.range(0, 10).boxed().toList());
        assertThat(loop.succeeded()).isTrue();
    }

    @Test
    void endsWithTheStepsInProgressOnceEachShareHasFailed() {
        Future<Void> loop = loop(10, 2);

        inProgress.remove().fail("first");
        inProgress.remove().complete();
        assertThat(begun).as("the other share goes on").hasSize(3);
        assertThat(loop.isComplete()).isFalse();
        inProgress.remove().fail("second");

        assertThat(begun).hasSize(3);
        assertThat(loop.failed()).isTrue();
    }

    @Test
    void endsAtOnceWithoutItems() {
        assertThat(loop(0, 4).succeeded()).isTrue();
    }

    private Future<Void> loop(int items, int limit) {
        return AsyncLoop.forEach(IntStream.range(0, items).iterator(), limit, item -> {
            begun.add(item);
            Promise<Void> step = Promise.promise();
            inProgress.add(step);
            return step.future();
        });
    }
}
