package dev.rowhound.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A heartbeat is 10 here, and the node asks each 1. */
class BusHealthTest {
    private static final int HEARTBEAT = 10;
    private static final int MET_AGAIN = 4 * HEARTBEAT;

    private final BusHealth health = new BusHealth(HEARTBEAT, 0);
    private long now;
    private long asked;

    /** Time passes, the node asking all the while. */
    private void pass(int time, int others) {
        for (int i = 0; i < time; i++) {
            now++;
            asked = health.onProbe(others, now);
        }
    }

    /** Time passes in which the node is asked about and answered by another one. */
    private void passAnswered(int time, int others) {
        for (int i = 0; i < time; i++) {
            pass(1, others);
            health.onReply(asked, now);
        }
    }

    private boolean well(int others) {
        return health.healthy(others, now);
    }

    @Test
    void aNodeAloneIsWell() {
        pass(100, 0);

        assertThat(well(0)).isTrue();
    }

    @Test
    void aNodeThatIsAnsweredIsWell() {
        passAnswered(100, 2);

        assertThat(well(2)).isTrue();
    }

    @Test
    void silenceIsBorneUntilWhoKeepsItWouldCountAsGone() {
        passAnswered(100, 1);
        pass(2 * HEARTBEAT, 1);
        assertThat(well(1)).isTrue();

        pass(1, 1);
        assertThat(well(1)).isFalse();

        passAnswered(1, 1);
        assertThat(well(1)).isTrue();
    }

    @Test
    void aNodeThatComesHasTimeToAnswer() {
        pass(100, 0);
        pass(1, 1);
        assertThat(well(1)).isTrue();

        pass(2 * HEARTBEAT + 1, 1);
        assertThat(well(1)).isFalse();
    }

    @Test
    void aNodeWhoseOthersHaveGoneIsWell() {
        passAnswered(100, 1);
        pass(100, 1);
        pass(1, 0);

        assertThat(well(0)).isTrue();
    }

    @Test
    void aNodeThatStandsStillIsNotWell() {
        passAnswered(10, 2);
        now += HEARTBEAT / 2;
        assertThat(well(2)).isTrue();

        now++;

        assertThat(well(2)).isFalse();
        assertThat(well(0)).isFalse();
    }

    @Test
    void aNodeThatStoodStillIsWellOnceItIsAnswered() {
        passAnswered(10, 2);
        now += HEARTBEAT;
        pass(1, 2);
        assertThat(well(2)).isFalse();

        pass(1, 2);
        health.onReply(asked, now);
        assertThat(well(2)).isTrue();
    }

    @Test
    void answersFromBeforeTheStandstillAreNotHeeded() {
        passAnswered(10, 2);
        now += HEARTBEAT;
        long before = asked;
        pass(1, 2);
        health.onReply(before, now);

        assertThat(well(2)).isFalse();
    }

    @Test
    void aNodeThatStoodStillAloneHasMissedNobody() {
        pass(10, 0);
        now += HEARTBEAT;
        pass(1, 0);

        assertThat(well(0)).isTrue();
    }

    @Test
    void aNodeThatStoodStillAndIsAloneIsDoubtedUntilItWouldHaveMetTheOthersAgain() {
        passAnswered(10, 2);
        now += HEARTBEAT;
        pass(MET_AGAIN, 0);
        assertThat(well(0)).isFalse();

        pass(1, 0);
        assertThat(well(0)).isTrue();
    }

    @Test
    void meetingTheOthersAgainIsNotBelievedBeforeTheyAnswer() {
        passAnswered(10, 2);
        now += HEARTBEAT;
        pass(HEARTBEAT, 0);
        pass(1, 2);
        assertThat(well(2)).isFalse();

        health.onReply(asked, now);
        assertThat(well(2)).isTrue();
    }
}
