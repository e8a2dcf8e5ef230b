package dev.rowhound.app.control;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.question.AnswerSignal;
import dev.rowhound.queue.question.Questions;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Accepts people's answers to the questions of items. */
public final class QuestionAnswers {
    /** An example of an answer for error messages. */
    public static final String EXAMPLE =
            "{\"question\":\"3f9a01bc\",\"text\":\"k7wq\"}, or \"go_on\":true for the text";

    private final Jobs jobs;
    private final Questions questions;
    private final AnswerSignal answers;
    private final Wakeups wakeups;

    public QuestionAnswers(Jobs jobs, Questions questions, AnswerSignal answers, Wakeups wakeups) {
        this.jobs = jobs;
        this.questions = questions;
        this.answers = answers;
        this.wakeups = wakeups;
    }

    /**
     * Answers the question of an item. Repeating the same answer has no effect.
     *
     * @param text the answer, or null for "go on"
     */
    public Future<Void> answer(String job, int row, String question, @Nullable String text) {
        return questions.answer(job, row, question, text).compose(outcome -> switch (outcome) {
            case OK, AGAIN -> {
                answers.publish(question);
                wakeups.publish(job);
                yield Future.succeededFuture();
            }
            case TEXT -> refused("the question requires a text; send " + EXAMPLE, "text");
            case GO_ON -> refused("the question takes no text; send \"go_on\":true instead", "go_on");
            case OVER -> over(job, row, question);
        });
    }

    private static Future<Void> refused(String message, String field) {
        return Future.failedFuture(Refusal.invalidField(message, field));
    }

    /** Fails with the reason why the question is not open. */
    private Future<Void> over(String job, int row, String question) {
        return JobLookup.find(jobs, job)
                .compose(snapshot -> Future.failedFuture(
                        row > snapshot.received()
                                ? JobLookup.noSuchRow(job, row)
                                : Refusal.of(
                                        "question_over",
                                        "the question \"" + question + "\" of row " + row
                                                + " is not open: it was answered differently, has expired, or was never"
                                                + " asked; GET /items?state=needs_human lists open questions",
                                        "question")));
    }
}
