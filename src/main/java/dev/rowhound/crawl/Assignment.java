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
 * One lookup with the resources it may use.
 *
 * @param recipe the recipe to follow
 * @param input the item to look up
 * @param context the item's callbacks and limits, provided by the worker
 * @param clock the remaining time
 * @param budget limits computations over the page; it ends with the item's time or when the lookup is aborted
 * @param timeline records the steps
 * @param robots the robots.txt rules, or null to skip them
 * @param egress the proxy to use and any internal addresses that may be reached
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
     * Creates an assignment whose time starts running at once.
     *
     * @param aborted whether the lookup has been aborted
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
                Budget.until(() -> aborted.getAsBoolean() || clock.leftMillis() == 0),
                new StepTimeline(context),
                robots,
                egress);
    }
}
