package dev.rowhound.job;

import io.vertx.core.json.JsonObject;

/**
 * A way to process items. A job's specification names its kind; the kind compiles the specification into what a worker
 * must know, and brings the processors. Safe for use by several threads.
 */
public interface WorkKind {
    /** The key of a specification that names its kind. */
    String KEY = "kind";

    /** The kind of a specification that names none. */
    String LOOKUP = "lookup";

    /** The name that specifications give, of a-z, 0-9 and -. */
    String name();

    /**
     * Compiles a job's specification.
     *
     * @throws RuntimeException saying what is wrong with it
     */
    Work compile(JsonObject specification);

    /** Makes a processor, on the thread that is to use and to close it. */
    Processor newProcessor();
}
