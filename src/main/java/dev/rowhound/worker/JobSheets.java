package dev.rowhound.worker;

import dev.rowhound.config.Problems;
import dev.rowhound.job.ItemInput;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.RecipeReader;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What workers must know of a job and what never changes about it, read once. An id may be given again once its job has
 * expired, so what is known holds only for a job that was opened at the sheet's time. Safe for use from any thread.
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
     * @param created when the job was opened, in milliseconds
     * @param recipe the recipe as it was when the job began
     * @param columns the names of the input's columns
     * @param user whose job it is
     * @param priority its share beside its user's other jobs
     * @param limited whether the number of its items in flight is limited
     */
    public record JobSheet(
            long created, Recipe recipe, List<String> columns, String user, int priority, boolean limited) {}

    /** The job's sheet, or null where there is no such job. It may be that of an earlier job of the id. */
    Future<@Nullable JobSheet> find(String job) {
        JobSheet known = sheets.get(job);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return jobs.find(job).map(snapshot -> snapshot == null ? null : keep(snapshot));
    }

    /** Another job has the id of that sheet's: the next {@link #find} reads anew. */
    void forget(String job, JobSheet sheet) {
        sheets.remove(job, sheet);
    }

    /**
     * The recipe of an item whose job's sheet was found before.
     *
     * @throws IllegalStateException if it was not, or so long ago that it has been dropped, or another job has the id
     */
    public Recipe recipeOf(ItemInput item) {
        JobSheet sheet = sheets.get(item.job());
        if (sheet == null || sheet.created() != item.created()) {
            throw new IllegalStateException("the recipe of job " + item.job() + " is not known here");
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
                snapshot.created().toEpochMilli(),
                recipe,
                snapshot.columns(),
                snapshot.user(),
                snapshot.pace().priority(),
                snapshot.pace().concurrency() > 0);
        sheets.put(snapshot.id(), sheet);
        return sheet;
    }
}
