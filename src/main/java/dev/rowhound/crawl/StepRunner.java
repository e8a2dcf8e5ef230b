package dev.rowhound.crawl;

import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.recipe.Step;
import java.util.List;

/** Performs steps in order, each within its time limit. */
final class StepRunner {
    private final View view;
    private final Assignment assignment;

    /** Fills in a step's template. */
    interface Values {
        Typed typed(String template, String step) throws LookupException;
    }

    StepRunner(View view, Assignment assignment) {
        this.view = view;
        this.assignment = assignment;
    }

    /**
     * @param place the location of the steps in the recipe, such as {@code steps}
     * @throws LookupException if a step that is not optional fails
     */
    void run(List<Step> steps, String place, Values values) throws LookupException {
        for (int i = 0; i < steps.size(); i++) {
            run(steps.get(i), place + "[" + i + "]", values);
        }
    }

    void run(Step step, String name, Values values) throws LookupException {
        assignment.timeline().enter(name);
        int limit = step.timeoutMillis() > 0
                ? step.timeoutMillis()
                : assignment.recipe().timeouts().stepMillis();
        Typed value = step.value().isEmpty() ? Typed.NOTHING : values.typed(step.value(), name);
        Deadline deadline = assignment.clock().deadline(limit, name);
        try {
            view.perform(step, value, deadline, name);
        } catch (LookupException e) {
            boolean unfulfilled = !view.canChange() || deadline.over();
            if (!step.optional() || assignment.clock().over() || !unfulfilled) {
                throw e;
            }
        }
    }
}
