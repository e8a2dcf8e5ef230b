package dev.rowhound.cli;

import dev.rowhound.job.TryOut.Trial;
import dev.rowhound.recipe.Recipe;

/** Looks single keys up in this process, with a browser of its own. It belongs to one thread, but for {@link #abort}. */
public interface TrialRunner extends AutoCloseable {
    /** Looks a key up. It blocks for as long as the recipe gives an item. */
    Trial look(Recipe recipe, String key);

    /** Ends what is being looked up, from any thread. */
    void abort();

    @Override
    void close();
}
