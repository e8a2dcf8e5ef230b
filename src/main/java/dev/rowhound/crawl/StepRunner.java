package dev.rowhound.crawl;

import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.crawl.view.View;
import dev.rowhound.recipe.Step;
import java.util.List;

/** Does steps, one after the other, each within its time. */
final class StepRunner {
    private final View view;
    private final Assignment assignment;

    /** What a step's template becomes. */
    interface Values {
        Typed typed(String template, String step) throws LookupException;
    }

    StepRunner(View view, Assignment assignment) {
        this.view = view;
        this.assignment = assignment;
    }

    /**
     * Does them.
     *
     * @param place where they stand in the recipe, such as {@code steps}
     * @throws LookupException if one of them cannot be done and is not optional
     */
    void run(List<Step> steps, String place, Values values) throws LookupException {
        for (int i = 0; i < steps.size(); i++) {
            run(steps.get(i), place + "[" + i + "]", values);
        }
    }

    /** Does one. */
    void run(Step step, String name, Values values) throws LookupException {
        assignment.timeline().at(name);
        int limit = step.timeoutMillis() > 0
                ? step.timeoutMillis()
                : assignment.recipe().timeouts().stepMillis();
        Typed value = step.value().isEmpty() ? Typed.NOTHING : values.typed(step.value(), name);
        Deadline deadline = assignment.clock().deadline(limit, name);
        try {
            view.perform(step, value, deadline, name);
        } catch (LookupException e) {
            boolean inVain = !view.canChange() || deadline.over();
            if (!step.optional() || assignment.clock().over() || !inVain) {
                throw e;
            }
        }
    }
}
