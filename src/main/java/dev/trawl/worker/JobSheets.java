package dev.trawl.worker;

import dev.trawl.config.Problems;
import dev.trawl.queue.JobSnapshot;
import dev.trawl.queue.Jobs;
import dev.trawl.recipe.Recipe;
import dev.trawl.recipe.RecipeReader;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What workers must know of a job and what never changes about it, read once. Safe for use from any thread.
 */
public final class JobSheets {
    private static final int KEPT = 256;

    private final Jobs jobs;
    private final Map<String, JobSheet> sheets = Collections.synchronizedMap(new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JobSheet> eldest) {
            return size() > KEPT;
        }
    });

    /** Reads from there. */
    public JobSheets(Jobs jobs) {
        this.jobs = jobs;
    }

    /**
     * A job as its workers see it.
     *
     * @param recipe the recipe as it was when the job began
     * @param columns the names of the input's columns
     * @param user whose job it is
     * @param priority its share beside its user's other jobs
     * @param limited whether the number of its items in flight is limited
     */
    public record JobSheet(Recipe recipe, List<String> columns, String user, int priority, boolean limited) {}

    /** The job's sheet, or null where there is no such job. */
    Future<@Nullable JobSheet> find(String job) {
        JobSheet known = sheets.get(job);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return jobs.find(job).map(snapshot -> snapshot == null ? null : keep(snapshot));
    }

    /**
     * The recipe of a job whose sheet was found before.
     *
     * @throws IllegalStateException if it was not, or so long ago that it has been dropped
     */
    public Recipe recipeOf(String job) {
        JobSheet sheet = sheets.get(job);
        if (sheet == null) {
            throw new IllegalStateException("the recipe of job " + job + " is not known here");
        }
        return sheet.recipe();
    }

    private JobSheet keep(JobSnapshot snapshot) {
        Problems problems = new Problems("the recipe of job " + snapshot.id());
        Recipe recipe = RecipeReader.read(snapshot.recipe(), problems);
        problems.throwIfAny();
        if (recipe == null) {
            throw new IllegalStateException("the recipe of job " + snapshot.id() + " cannot be read");
        }
        JobSheet sheet = new JobSheet(
                recipe,
                snapshot.columns(),
                snapshot.user(),
                snapshot.pace().priority(),
                snapshot.pace().concurrency() > 0);
        sheets.put(snapshot.id(), sheet);
        return sheet;
    }
}
