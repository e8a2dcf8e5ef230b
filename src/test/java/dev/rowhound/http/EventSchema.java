package dev.rowhound.http;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.List;

/** Holds events against {@code event.schema.json}. */
public final class EventSchema {
    private static Validator validator;

    private EventSchema() {}

    /** What is wrong with the event, one line a fault; empty if nothing is. */
    public static List<String> check(Vertx vertx, JsonObject event) {
        OutputUnit result = validator(vertx).validate(event);
        return result.getValid()
                ? List.of()
                : result.getErrors().stream()
                        .map(error -> error.getInstanceLocation() + ": " + error.getError())
                        .toList();
    }

    /** Made once, for a job has hundreds of events. */
    private static synchronized Validator validator(Vertx vertx) {
        if (validator == null) {
            JsonObject schema =
                    vertx.fileSystem().readFileBlocking("event.schema.json").toJsonObject();
            validator = Validator.create(
                    JsonSchema.of(schema),
                    new JsonSchemaOptions()
                            .setDraft(Draft.DRAFT202012)
                            .setBaseUri("app://event")
                            .setOutputFormat(OutputFormat.Basic));
        }
        return validator;
    }
}
