package dev.rowhound.crawl;

import dev.rowhound.egress.EgressPolicy;
import dev.rowhound.egress.RobotsTxt;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.pattern.Budget;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to be looked up, how, and for whom.
 *
 * @param recipe how
 * @param input what
 * @param context who wants to know
 * @param clock how much time there is
 * @param budget what computations over the page may cost: what fits into that time, unless it is aborted before
 * @param timeline notes the way
 * @param robots what sites ask of programs, or null where nobody is to ask them
 * @param egress what its requests go through, and may reach besides
 */
record Assignment(
        Recipe recipe,
        ItemInput input,
        ItemContext context,
        ItemClock clock,
        Budget budget,
        StepTimeline timeline,
        @Nullable RobotsTxt robots,
        EgressPolicy egress) {

    /**
     * An assignment that begins at once.
     *
     * @param aborted whether nobody waits for it any more
     */
    static Assignment begin(
            Recipe recipe,
            ItemInput input,
            ItemContext context,
            @Nullable RobotsTxt robots,
            EgressPolicy egress,
            BooleanSupplier aborted) {
        ItemClock clock = new ItemClock(context, recipe.timeouts().itemMillis());
        return new Assignment(
                recipe,
                input,
                context,
                clock,
                Budget.until(() -> aborted.getAsBoolean() || clock.left() == 0),
                new StepTimeline(context),
                robots,
                egress);
    }
}
