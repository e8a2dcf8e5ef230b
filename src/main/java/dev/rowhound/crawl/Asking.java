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

/** Asks a person about a page while it waits, and does what the recipe says with the answer. */
final class Asking {
    /** How often one item asks; a person whose third answer is wrong too had better see the site. */
    static final int MAX_QUESTIONS = 3;

    /** How long the page is left alone between two looks for the answer. */
    private static final int REST_MILLIS = 200;

    /** A page that still looks as it did when it was asked about has not noticed the answer, for so long. */
    private static final int NOTICE_MILLIS = 3_000;

    private static final String STEP = "ask";

    private final View view;
    private final Assignment assignment;
    private final StepRunner.Values values;
    private int asked;
    private @Nullable String lastPage;
    private @Nullable Ask lastAsk;
    private Deadline noticed = Deadline.in(0);

    Asking(View view, Assignment assignment, StepRunner.Values values) {
        this.view = view;
        this.assignment = assignment;
        this.values = values;
    }

    /**
     * Asks and waits, unless the page has not had the time to notice the last answer.
     *
     * @return whether there was an answer, so that the page has all its time again
     * @throws LookupException with {@code unanswered} if none came, or if they were all wrong
     */
    boolean ask(Judgement judgement, Snapshot page, String step) throws LookupException {
        if (!noticed.over() && looks(page).equals(lastPage)) {
            return false;
        }
        Ask ask = Objects.requireNonNull(judgement.ask(), "ask");
        if (!view.canChange()) {
            throw new LookupException(
                    ErrorCode.UNANSWERED, "The page needs a person, who needs a browser: " + ask.prompt(), step);
        }
        if (++asked > MAX_QUESTIONS) {
            throw new LookupException(
                    ErrorCode.UNANSWERED,
                    "The page still asks after " + MAX_QUESTIONS + " answers: " + ask.prompt(),
                    step);
        }
        lastPage = looks(page);
        String text = await(ask, page, ask.equals(lastAsk));
        lastAsk = ask;
        AnswerSteps answer = ask.answer();
        if (answer == null) {
            goOn(page);
        } else {
            StepRunner steps = new StepRunner(view, assignment);
            steps.run(new Step.Fill(answer.fill(), text, 0, false), STEP + ".fill", (given, at) -> Typed.of(given));
            steps.run(answer.then(), STEP + ".then", values);
        }
        noticed = Deadline.in(NOTICE_MILLIS);
        return true;
    }

    /** The answer; that time is the person's, not the item's. */
    private String await(Ask ask, Snapshot page, boolean rejected) throws LookupException {
        assignment.timeline().at(STEP);
        Optional<byte[]> picture = ask.picture() == null ? view.picture() : view.picture(ask.picture());
        PendingAnswer pending = assignment
                .context()
                .ask(new Question(
                        ask.prompt(),
                        ask.answer() != null,
                        picture.orElse(null),
                        page.url(),
                        ask.waitMillis(),
                        rejected,
                        MAX_QUESTIONS - asked + 1));
        long begun = System.nanoTime();
        Deadline patience = Deadline.in(ask.waitMillis());
        while (true) {
            Optional<String> text = pending.text();
            boolean over = pending.over() || patience.over();
            if (text.isPresent() || over) {
                assignment.clock().giveBack(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
                String why = pending.over() ? pending.reason() : "nobody answered within " + ask.waitMillis() + " ms";
                return text.orElseThrow(() -> new LookupException(
                        ErrorCode.UNANSWERED, "A person was asked: " + ask.prompt() + " " + why, STEP));
            }
            assignment.timeline().at(STEP);
            view.rest(REST_MILLIS);
        }
    }

    /** What the person has done elsewhere shows when the page is opened again, if it does not by itself. */
    private void goOn(Snapshot page) throws LookupException {
        String step = STEP + ".go_on";
        assignment.timeline().at(step);
        view.open(
                page.url(),
                assignment.clock().deadline(assignment.recipe().timeouts().navigationMillis(), step),
                step);
    }

    private static String looks(Snapshot page) {
        return page.url() + '\n' + page.text();
    }
}
