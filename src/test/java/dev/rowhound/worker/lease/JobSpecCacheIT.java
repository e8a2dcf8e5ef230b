package dev.rowhound.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.JobState;
import dev.rowhound.job.WorkKinds;
import dev.rowhound.queue.TestQueue;
import dev.rowhound.queue.TestUpload;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.redis.TestRedis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A job that another node has taken, whose kind this one does not know. */
@ExtendWith(TestRedis.Extension.class)
class JobSpecCacheIT {
    private final TestQueue queue;

    JobSpecCacheIT(TestRedis store) {
        queue = new TestQueue(store);
    }

    @Test
    void pausesAJobOfAKindThatTheNodeDoesNotKnow() {
        TestUpload upload = new TestUpload(queue, "an");
        upload.append("1", "2");
        upload.seal();

        assertThat(Await.result(new JobSpecCache(queue.jobs, WorkKinds.of()).find(upload.job())))
                .isNull();

        JobSnapshot paused = Await.result(queue.jobs.find(upload.job()));
        assertThat(paused.state()).isEqualTo(JobState.PAUSED);
        assertThat(paused.reason().getString("code")).isEqualTo("unknown_kind");
        assertThat(paused.reason().getString("message")).contains("lookup");
    }
}
