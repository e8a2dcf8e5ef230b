package dev.rowhound.job;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A kind of work. A submission names its kind; the kind reads the specification from the submission's fields, compiles
 * it, and creates processors for its items. Thread-safe.
 */
public interface WorkKind {
    /** The name of the kind's field in submissions and specification documents. */
    String KEY = "kind";

    /** The default kind. */
    String LOOKUP = "lookup";

    /**
     * What to do with a job's rows, as the kind reads it from a submission.
     *
     * @param document stored with the job and read by {@link #compile}; names the kind unless it is {@link #LOOKUP}
     * @param name the name in the job's record, such as the recipe's
     * @param version the version, from 1
     * @param keys the key column and the validation of keys
     * @param fields the names of the result fields, in order
     * @param pauseAfterBlocks how many consecutive blocked items pause the job; 0 for never
     */
    record Specification(
            JsonObject document, String name, int version, KeyFormat keys, List<String> fields, int pauseAfterBlocks) {
        public Specification {
            fields = List.copyOf(fields);
        }

        /** Returns the name of the kind whose {@link WorkKind#compile} reads the document. */
        public String kind() {
            return WorkKinds.nameIn(document);
        }
    }

    /** Returns the name in submissions, made of a-z, 0-9 and -. */
    String name();

    /** Returns the submission fields that {@link #specify} reads, without those that all kinds share. */
    List<String> fields();

    /**
     * Reads a specification from a submission.
     *
     * @param fields the submission's text fields
     * @return fails with the error for the caller
     */
    Future<Specification> specify(MultiMap fields);

    /**
     * Compiles a specification.
     *
     * @param document see {@link Specification#document}
     * @throws RuntimeException if the document is invalid; the message says why
     */
    Work compile(JsonObject document);

    /** Creates a processor on the calling thread, which must also use and close it. */
    Processor newProcessor();
}
