package dev.rowhound.http;

import dev.rowhound.artifact.ArtifactStore;
import dev.rowhound.http.stream.StreamCount;
import dev.rowhound.intake.CsvIntake;
import dev.rowhound.job.NameIds;
import dev.rowhound.job.TryOut;
import dev.rowhound.limit.Quotas;
import dev.rowhound.progress.JobFeeds;
import dev.rowhound.progress.UserFeeds;
import dev.rowhound.progress.Wakeups;
import dev.rowhound.queue.IdempotencyStore;
import dev.rowhound.queue.QueueConfig;
import dev.rowhound.queue.WorkSignal;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.job.Uploads;
import dev.rowhound.queue.question.AnswerSignal;
import dev.rowhound.queue.question.Questions;
import dev.rowhound.queue.result.EvidenceFiles;
import dev.rowhound.queue.result.Items;
import dev.rowhound.recipestore.RecipeCatalogue;
import dev.rowhound.redis.MemoryGauge;
import dev.rowhound.schedule.Schedules;
import java.time.Clock;

/**
 * What the handlers work with.
 *
 * @param config the section {@code http}
 * @param queue the section {@code queue}
 * @param recipes the recipes that this node knows
 * @param jobs reads and ends jobs
 * @param uploads brings jobs into the store
 * @param quotas how much each user may have
 * @param replies keeps what named calls came to
 * @param memory tells when the store takes no more uploads
 * @param items the rows of jobs
 * @param snapshots jobs as they stood a moment ago, for those of whom there may be many
 * @param feeds the events of jobs
 * @param users the events of all of a user's jobs
 * @param streams how many streams are open
 * @param gate how many uploads are taken
 * @param wakeups tells watchers that there are events
 * @param signal tells workers that there is work
 * @param artifacts keeps the uploaded files
 * @param questions takes answers
 * @param answers tells workers that there is one
 * @param evidence what attempts have left behind
 * @param intake reads uploaded files
 * @param management answers for health and metrics
 * @param schedules the uploads that are made again and again
 * @param clock tells when they are due
 * @param ids gives ids that follow from names
 * @param tryOut tries recipes
 */
public record HttpParts(
        HttpConfig config,
        QueueConfig queue,
        RecipeCatalogue recipes,
        Jobs jobs,
        Uploads uploads,
        Quotas quotas,
        IdempotencyStore replies,
        MemoryGauge memory,
        Items items,
        Snapshots snapshots,
        JobFeeds feeds,
        UserFeeds users,
        StreamCount streams,
        UploadGate gate,
        Wakeups wakeups,
        WorkSignal signal,
        ArtifactStore artifacts,
        Questions questions,
        AnswerSignal answers,
        EvidenceFiles evidence,
        CsvIntake intake,
        Management management,
        Schedules schedules,
        Clock clock,
        NameIds ids,
        TryOut tryOut) {}
