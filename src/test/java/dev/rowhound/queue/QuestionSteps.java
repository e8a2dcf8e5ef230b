package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.Await;
import dev.rowhound.job.Question;
import dev.rowhound.queue.lease.Leases;
import dev.rowhound.queue.question.Questions;
import dev.rowhound.redis.Keys;
import java.util.ArrayList;
import java.util.List;

/** The steps of a {@link ModelRun} that put questions and answer them. */
final class QuestionSteps {
    private final TestQueue queue;
    private final String job;
    private final JobModel model;
    private final ModelCheck check;
    private final List<Put> put = new ArrayList<>();

    /** A question that was put. */
    private record Put(Lease lease, String id) {}

    QuestionSteps(TestQueue queue, String job, JobModel model, ModelCheck check) {
        this.queue = queue;
        this.job = job;
        this.model = model;
        this.check = check;
    }

    boolean any() {
        return !put.isEmpty();
    }

    void await(Lease lease) {
        Leases.EndOutcome outcome = Await.result(queue.leases.awaitQuestion(lease, "key" + lease.row()));
        boolean waits = model.questions.await(lease.row(), lease.token());
        assertThat(outcome).as("waits for room").isEqualTo(waits ? Leases.EndOutcome.OK : Leases.EndOutcome.STALE);
        if (waits) {
            check.expect(Keys.job(job).held(), lease.row(), JobModel.ASKING);
        }
    }

    void ask(Lease lease, boolean text, boolean late) {
        String id = Questions.newId();
        Question question = new Question(
                "Type | \"it\".", text, null, "http://one.example/", late ? 0 : ModelRun.LONG_MILLIS, false, 3);
        boolean asked = Await.result(queue.questions.ask(lease, id, question, null));
        assertThat(asked)
                .as("asked")
                .isEqualTo(model.questions.ask(lease.row(), lease.token(), new ModelItem.Asked(id, text, late)));
        if (asked) {
            // As after a lost reply.
            assertThat(Await.result(queue.questions.ask(lease, id, question, null)))
                    .isTrue();
            put.add(new Put(lease, id));
        }
    }

    /** The last questions are answered more often than those before. */
    void answer(int number, String text) {
        Put question = put.get(put.size() - 1 - number % Math.min(put.size(), 1 + number % 4));
        Lease lease = question.lease();
        assertThat(Await.result(queue.questions.answer(job, lease.row(), question.id(), text)))
                .as("answered")
                .isEqualTo(model.questions.answer(lease.row(), question.id(), text));
        assertThat(Await.result(queue.questions.status(lease, question.id())))
                .as("the answer as its asker sees it")
                .isEqualTo(model.questions.status(lease.row(), lease.token(), question.id()));
    }
}
