package dev.rowhound.redis;

import java.util.Locale;

/**
 * Every field of a job's record, the hash {@link Keys.Job#meta}. Beside these it has a counter for each state that any
 * row is in, see {@link #counter}. A test compares them with what the scripts read and write.
 */
public enum JobField {
    /** Where the job stands, see {@link dev.rowhound.job.JobState}. */
    STATE,
    /** Whose job it is. */
    USER,
    /** When it was opened, in milliseconds; tells it from others that have had its id. */
    CREATED,
    /** When its first item was started, in milliseconds. */
    STARTED,
    /** When it ended, in milliseconds. */
    ENDED,
    /** Why it failed, a JSON object. */
    REASON,
    /** How long it is kept once it has ended, in milliseconds. */
    TTL,
    /** Until when a reader wants it to be kept, in milliseconds, from before its time began. */
    KEPT_UNTIL,
    /** Until when readers may keep it at most, in milliseconds. */
    KEPT_LAST,
    /** The secret of the upload that fills it. */
    UPLOAD,
    /** When that upload counts as gone, in milliseconds, unless it sends more. */
    UPLOAD_UNTIL,
    /** What the upload was opened with. */
    FINGERPRINT,
    /** The digest of the whole upload, once it is sealed. */
    DIGEST,
    /** The uploaded file's name. */
    FILE,
    /** What is known of the header line, a JSON object. */
    HEADER,
    /** The names of the input's columns, a JSON array. */
    COLUMNS,
    /** Which of them is looked up, from 0. */
    KEY_COLUMN,
    /** The recipe as it was, a JSON document. */
    RECIPE,
    /** The recipe's name. */
    RECIPE_NAME,
    /** The recipe's version. */
    RECIPE_VERSION,
    /** The names of the recipe's fields, a JSON array. */
    FIELDS,
    /** The schedule whose fire it is, if any. */
    SCHEDULE,
    /** How many rows have arrived. */
    ROWS,
    /** How many rows there are, once all have arrived. */
    TOTAL,
    /** The first row that no claim has looked at. */
    NEXT,
    /** The number of its last event. */
    SEQ,
    /** How many claims it has answered; a part of each token. */
    FENCE,
    /** Which pass over its rows this is, from 1. */
    GEN,
    /** The name of the last wish to retry failed rows. */
    RETRY_ID,
    /** While failed rows are put back: the next row to look at. */
    SCAN,
    /** The error letters of the rows to put back; empty for all. */
    SCAN_CODES,
    /** Its share beside its user's other jobs, from 1 to 10. */
    PRIORITY,
    /** How many of its rows may run at once; 0 for no limit. */
    CONC,
    /** The least time between two starts, in milliseconds. */
    DELAY_MIN,
    /** The most time between two starts, in milliseconds; 0 for none. */
    DELAY_MAX,
    /** Before that time, in milliseconds, no row is given out. */
    PACED,
    /** How many rows run before the job is paused, until that is done. */
    SAMPLE,
    /** How many refusals in a row pause the job; 0 for none. */
    BLOCKS_MAX,
    /** The present run of refusals. */
    BLOCKS,
    /** Why nothing is given out, see {@link dev.rowhound.job.event.PauseReason}. */
    HALT,
    /** How many rows in a row have had to wait for room to ask a person. */
    ASKS,
    /** The file with its results, once it is compacted. */
    SEGMENT,
    /** The generation of those. */
    SEGMENT_GEN,
    /** When it was compacted, in milliseconds. */
    SEGMENT_AT,
    /** The file that a node is writing. */
    SEGMENT_NEXT,
    /** Until when that node has the right to, in milliseconds. */
    SEGMENT_UNTIL;

    /** The field that counts the rows whose state has that letter. */
    public static String counter(char state) {
        return "c:" + state;
    }

    /** The field's name in the hash. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
