package dev.rowhound.job;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A way to process items. A submission names its kind; the kind reads what is to be done from the submission's fields,
 * compiles that into what a worker must know, and brings the processors. Safe for use by several threads.
 */
public interface WorkKind {
    /** The field of a submission, and the key of a specification's document, that names its kind. */
    String KEY = "kind";

    /** The kind where none is named. */
    String LOOKUP = "lookup";

    /**
     * What is to be done with a job's rows, as the job's kind has read it from a submission.
     *
     * @param document kept with the job, and what {@link #compile} reads; names the kind unless that is
     *     {@link #LOOKUP}
     * @param name what the job's record calls it, such as the recipe's name
     * @param version its version, from 1
     * @param keys which column is processed, and what a key must look like
     * @param fields the names of the results' fields, in order
     * @param pauseAfterBlocks after how many refused items in a row the job is paused; 0 means never
     */
    record Specification(
            JsonObject document, String name, int version, KeyFormat keys, List<String> fields, int pauseAfterBlocks) {
        public Specification {
            fields = List.copyOf(fields);
        }

        /** The name of the kind that {@link #compile compiles} the document. */
        public String kind() {
            return WorkKinds.nameIn(document);
        }
    }

    /** The name that submissions give, of a-z, 0-9 and -. */
    String name();

    /** The fields of a submission that {@link #specify} reads; those that all kinds share are not among them. */
    List<String> fields();

    /**
     * Reads what a submission wants done.
     *
     * @param fields the submission's fields, as texts
     * @return fails with what the caller is answered
     */
    Future<Specification> specify(MultiMap fields);

    /**
     * Compiles a specification.
     *
     * @param document see {@link Specification#document}
     * @throws RuntimeException saying what is wrong with it
     */
    Work compile(JsonObject document);

    /** Makes a processor, on the thread that is to use and to close it. */
    Processor newProcessor();
}
