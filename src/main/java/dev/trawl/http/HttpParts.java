package dev.trawl.http;

import dev.trawl.artifact.ArtifactStore;
import dev.trawl.intake.CsvIntake;
import dev.trawl.limit.Quotas;
import dev.trawl.progress.EventLog;
import dev.trawl.progress.Wakeups;
import dev.trawl.queue.Items;
import dev.trawl.queue.Jobs;
import dev.trawl.queue.QueueConfig;
import dev.trawl.queue.Uploads;
import dev.trawl.queue.WorkSignal;
import dev.trawl.recipe.RecipeBook;

/**
 * What the handlers work with.
 *
 * @param config the section {@code http}
 * @param queue the section {@code queue}
 * @param recipes the recipes that this node knows
 * @param jobs reads and ends jobs
 * @param uploads brings jobs into the store
 * @param quotas how much each user may have
 * @param items the rows of jobs
 * @param events the events of jobs
 * @param wakeups tells watchers that there are events
 * @param signal tells workers that there is work
 * @param artifacts keeps the uploaded files
 * @param intake reads uploaded files
 * @param management answers for health and metrics
 */
public record HttpParts(
        HttpConfig config,
        QueueConfig queue,
        RecipeBook recipes,
        Jobs jobs,
        Uploads uploads,
        Quotas quotas,
        Items items,
        EventLog events,
        Wakeups wakeups,
        WorkSignal signal,
        ArtifactStore artifacts,
        CsvIntake intake,
        Management management) {}
