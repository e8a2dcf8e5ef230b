package dev.rowhound.queue;

import dev.rowhound.redis.TestRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A queue over an empty Redis, whose jobs are checked after each test. */
@ExtendWith(TestRedis.Extension.class)
@Timeout(60)
abstract class CheckedQueue {
    final TestRedis store;
    final TestQueue queue;

    CheckedQueue(TestRedis store) {
        this.store = store;
        this.queue = new TestQueue(store);
    }

    @AfterEach
    void check() {
        JobInvariants.checkAll(store);
    }
}
