package dev.rowhound.redis;

import java.util.Locale;

/**
 * The fields of a job's record, the hash {@link Keys.Job#meta}. The record also has a counter for each row state, see
 * {@link #counter}. A test compares the fields with what the scripts read and write.
 */
public enum JobField {
    /** The job's state, see {@link dev.rowhound.job.JobState}. */
    STATE,
    /** The job's owner. */
    USER,
    /** When the job was created, in milliseconds; distinguishes it from earlier jobs with its id. */
    CREATED,
    /** When its first item started, in milliseconds. */
    STARTED,
    /** When it ended, in milliseconds. */
    ENDED,
    /** Why it failed, a JSON object. */
    REASON,
    /** How long it is kept after its end, in milliseconds. */
    TTL,
    /** Extended retention that a reader requested, in milliseconds. */
    KEPT_UNTIL,
    /** Upper bound of extended retention, in milliseconds. */
    KEPT_LAST,
    /** Secret of the upload that fills the job. */
    UPLOAD,
    /** When that upload counts as aborted, in milliseconds, unless it sends more. */
    UPLOAD_UNTIL,
    /** Fingerprint of the parameters that the upload was started with. */
    FINGERPRINT,
    /** Digest of the whole upload, set when it is sealed. */
    DIGEST,
    /** Name of the uploaded file. */
    FILE,
    /** The detected header line, a JSON object. */
    HEADER,
    /** Names of the input's columns, a JSON array. */
    COLUMNS,
    /** Index of the key column, from 0. */
    KEY_COLUMN,
    /** The recipe at the time of the upload, a JSON document. */
    RECIPE,
    RECIPE_NAME,
    RECIPE_VERSION,
    /** Names of the recipe's fields, a JSON array. */
    FIELDS,
    /** The schedule that created the job, if any. */
    SCHEDULE,
    /** How many rows have arrived. */
    ROWS,
    /** How many rows there are, set when all have arrived. */
    TOTAL,
    /** The first row that no claim has examined. */
    NEXT,
    /** Sequence number of its last event. */
    SEQ,
    /** How many claims it has answered; part of each token. */
    FENCE,
    /** The generation, from 1. */
    GEN,
    /** Id of the last request to retry failed rows. */
    RETRY_ID,
    /** During such a retry: the next row to examine. */
    SCAN,
    /** Error letters of the rows to retry; empty for all. */
    SCAN_CODES,
    /** Its weight among its user's jobs, from 1 to 10. */
    PRIORITY,
    /** Maximum number of its rows that run at once; 0 for unlimited. */
    CONC,
    /** Minimum delay between two starts, in milliseconds. */
    DELAY_MIN,
    /** Maximum delay between two starts, in milliseconds; 0 for none. */
    DELAY_MAX,
    /** No row is given out before this time, in milliseconds. */
    PACED,
    /** How many rows run before the job pauses; removed after that. */
    SAMPLE,
    /** How many consecutive blocked rows pause the job; 0 for never. */
    BLOCKS_MAX,
    /** Current number of consecutive blocked rows. */
    BLOCKS,
    /** Why the job is paused, see {@link dev.rowhound.job.event.PauseReason}. */
    HALT,
    /** How many consecutive rows have waited for room to ask a person. */
    ASKS,
    /** The segment file with its results, set by compaction. */
    SEGMENT,
    /** Generation of the segment's results. */
    SEGMENT_GEN,
    /** When it was compacted, in milliseconds. */
    SEGMENT_AT,
    /** The segment that a node is writing. */
    SEGMENT_NEXT,
    /** When that node's lease on it expires, in milliseconds. */
    SEGMENT_UNTIL;

    /** Returns the field that counts the rows in the state with this letter. */
    public static String counter(char state) {
        return "c:" + state;
    }

    /** Returns the field's name in the hash. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
