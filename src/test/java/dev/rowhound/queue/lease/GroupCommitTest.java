package dev.rowhound.queue.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private final Deque<Promise<List<String>>> rounds = new ArrayDeque<>();
    private final List<List<String>> sent = new ArrayList<>();
    private final GroupCommit<String, String> commit = new GroupCommit<>((job, calls) -> {
        Promise<List<String>> answer = Promise.promise();
        rounds.add(answer);
        sent.add(calls);
        return answer.future();
    });

    @Test
    void sendsTogetherWhatComesDuringARound() {
        Future<String> first = commit.call("job", "a");
        Future<String> second = commit.call("job", "b");
        Future<String> third = commit.call("job", "c");
        rounds.remove().complete(List.of("A"));
        rounds.remove().complete(List.of("B", "C"));
        assertThat(sent).containsExactly(List.of("a"), List.of("b", "c"));
        assertThat(List.of(first.result(), second.result(), third.result())).containsExactly("A", "B", "C");
    }

    @Test
    void failsTheCallsOfAReplyThatIsTooShortAndGoesOn() {
        Future<String> first = commit.call("job", "a");
        Future<String> second = commit.call("job", "b");
        Future<String> third = commit.call("job", "c");
        rounds.remove().complete(List.of("A"));
        rounds.remove().complete(List.of("B"));
        assertThat(first.result()).isEqualTo("A");
        assertThat(second.cause()).hasMessageContaining("1 answers to 2 calls");
        assertThat(third.cause()).hasMessageContaining("1 answers to 2 calls");

        Future<String> later = commit.call("job", "d");
        rounds.remove().complete(List.of("D"));
        assertThat(later.result()).isEqualTo("D");
    }

    @Test
    void failsTheCallsOfARoundThatFailsAndGoesOn() {
        Future<String> first = commit.call("job", "a");
        Future<String> second = commit.call("job", "b");
        rounds.remove().fail("away");
        rounds.remove().complete(List.of("B"));
        assertThat(first.cause()).hasMessage("away");
        assertThat(second.result()).isEqualTo("B");
    }
}
