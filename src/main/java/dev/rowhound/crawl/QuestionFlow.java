package dev.rowhound.crawl;

import dev.rowhound.crawl.page.OutcomeJudge.Judgement;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.PendingAnswer;
import dev.rowhound.job.Question;
import dev.rowhound.recipe.Outcomes.AnswerSteps;
import dev.rowhound.recipe.Outcomes.Ask;
import dev.rowhound.recipe.Step;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks a person about a page, waits for the answer and performs the recipe's answer steps. */
final class QuestionFlow {
    /** A person whose third answer is also wrong is better off visiting the site. */
    static final int MAX_QUESTIONS = 3;

    private static final int POLL_MILLIS = 200;

    /** How long a page may show the question unchanged before it counts as asking again. */
    private static final int GRACE_MILLIS = 3_000;

    private static final String STEP = "ask";

    private final View view;
    private final Assignment assignment;
    private final StepRunner.Values values;
    private int questionCount;
    private @Nullable String lastPage;
    private @Nullable Ask lastAsk;
    private Deadline graceEnd = Deadline.in(0);

    QuestionFlow(View view, Assignment assignment, StepRunner.Values values) {
        this.view = view;
        this.assignment = assignment;
        this.values = values;
    }

    /**
     * Asks and waits for the answer, unless the page is still within its grace period after the last answer.
     *
     * @return whether an answer was given; the page's deadline then restarts
     * @throws LookupException with {@code unanswered} if no answer came, or if all were wrong
     */
    boolean ask(Judgement judgement, Snapshot page, String step) throws LookupException {
        if (!graceEnd.over() && fingerprint(page).equals(lastPage)) {
            return false;
        }
        Ask ask = Objects.requireNonNull(judgement.ask(), "ask");
        if (!view.canChange()) {
            throw new LookupException(
                    ErrorCode.UNANSWERED,
                    "The page asks for a person, which requires a browser: " + ask.prompt(),
                    step);
        }
        if (++questionCount > MAX_QUESTIONS) {
            throw new LookupException(
                    ErrorCode.UNANSWERED,
                    "The page still asks after " + MAX_QUESTIONS + " answers: " + ask.prompt(),
                    step);
        }
        lastPage = fingerprint(page);
        String text = await(ask, page, ask.equals(lastAsk));
        lastAsk = ask;
        AnswerSteps answer = ask.answer();
        if (answer == null) {
            reopen(page);
        } else {
            StepRunner steps = new StepRunner(view, assignment);
            steps.run(
                    new Step.Fill(answer.fill(), text, 0, false), STEP + ".fill", (answered, at) -> Typed.of(answered));
            steps.run(answer.then(), STEP + ".then", values);
        }
        graceEnd = Deadline.in(GRACE_MILLIS);
        return true;
    }

    /** Waits for the answer. The waiting time does not count towards the item's time limit. */
    private String await(Ask ask, Snapshot page, boolean rejected) throws LookupException {
        assignment.timeline().enter(STEP);
        Optional<byte[]> picture = ask.picture() == null ? view.screenshot() : view.screenshot(ask.picture());
        PendingAnswer pending = assignment
                .context()
                .ask(new Question(
                        ask.prompt(),
                        ask.answer() != null,
                        picture.orElse(null),
                        page.url(),
                        ask.waitMillis(),
                        rejected,
                        MAX_QUESTIONS - questionCount + 1));
        long startNanos = System.nanoTime();
        Deadline deadline = Deadline.in(ask.waitMillis());
        while (true) {
            Optional<String> text = pending.text();
            boolean over = pending.over() || deadline.over();
            if (text.isPresent() || over) {
                assignment.clock().extend(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos));
                String why = pending.over() ? pending.reason() : "no answer within " + ask.waitMillis() + " ms";
                return text.orElseThrow(() -> new LookupException(
                        ErrorCode.UNANSWERED, "A person was asked: " + ask.prompt() + " " + why, STEP));
            }
            assignment.timeline().enter(STEP);
            view.pause(POLL_MILLIS);
        }
    }

    /** Reopens the page, since it may not reflect by itself what the person did elsewhere. */
    private void reopen(Snapshot page) throws LookupException {
        String step = STEP + ".go_on";
        assignment.timeline().enter(step);
        view.open(
                page.url(),
                assignment.clock().deadline(assignment.recipe().timeouts().navigationMillis(), step),
                step);
    }

    private static String fingerprint(Snapshot page) {
        return page.url() + '\n' + page.text();
    }
}
