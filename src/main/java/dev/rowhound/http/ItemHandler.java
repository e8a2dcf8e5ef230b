package dev.rowhound.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/v1/jobs/{id}/items/{row}/answer}: what a person says to an item's question. */
final class ItemHandler {
    private static final int MOST_TEXT = 10_000;
    private static final String QUESTION = "question";
    private static final String TEXT = "text";
    private static final String GO_ON = "go_on";
    private static final Set<String> KEYS = Set.of(QUESTION, TEXT, GO_ON);
    private static final String EXAMPLE =
            "{\"question\":\"3f9a01bc\",\"text\":\"k7wq\"}, or \"go_on\":true for the text";

    private final HttpParts parts;

    ItemHandler(HttpParts parts) {
        this.parts = parts;
    }

    /** An answer; the text is null for "go on". */
    private record Said(String question, @Nullable String text) {}

    Future<Once.Answer> answer(RoutingContext context) {
        String job = context.pathParam("id");
        int row = row(context);
        Said said = said(context.body().buffer());
        return parts.questions().answer(job, row, said.question(), said.text()).compose(answered -> switch (answered) {
            case OK, AGAIN -> {
                parts.answers().publish(said.question());
                parts.wakeups().publish(job);
                yield Future.succeededFuture(
                        Once.Answer.ok(new JsonObject().put("row", row).put(QUESTION, said.question())));
            }
            case TEXT ->
                Future.failedFuture(new ApiException(
                        ApiError.of(400, "invalid_field", "the question wants a text; give " + EXAMPLE, TEXT)));
            case GO_ON ->
                Future.failedFuture(new ApiException(ApiError.of(
                        400, "invalid_field", "the question wants no text; give \"go_on\":true instead", GO_ON)));
            case OVER -> over(job, row, said.question());
        });
    }

    /** Says why there is no such question. */
    private Future<Once.Answer> over(String job, int row, String question) {
        return JobsHandler.find(parts.jobs(), job).compose(found -> {
            if (row > found.received()) {
                return Future.failedFuture(new ApiException(noSuchRow(job, row)));
            }
            return Future.failedFuture(new ApiException(ApiError.of(
                    409,
                    "question_over",
                    "the question \"" + question + "\" of row " + row + " is not open: it was answered otherwise, out"
                            + " of time, or never asked; GET /items?state=needs_human has those that are",
                    QUESTION)));
        });
    }

    /** There is no row of that number. */
    static ApiError noSuchRow(String job, int row) {
        return ApiError.of(404, "no_such_row", "the job " + job + " has no row " + row, "row");
    }

    /** The row that the path names. */
    static int row(RoutingContext context) {
        String text = context.pathParam("row");
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new ApiException(
                    ApiError.of(400, "invalid_field", "\"" + text + "\" is no row; give its number, from 1", "row"));
        }
        return Integer.parseInt(text);
    }

    private static Said said(@Nullable Buffer body) {
        JsonObject json;
        try {
            json = new JsonObject(body == null ? Buffer.buffer() : body);
        } catch (DecodeException | ClassCastException e) {
            throw invalid("the body is not a JSON object; give such as " + EXAMPLE, QUESTION);
        }
        for (String key : json.fieldNames()) {
            if (!KEYS.contains(key)) {
                throw new ApiException(ApiError.of(
                        400, "unknown_field", "\"" + key + "\" is not known; give such as " + EXAMPLE, key));
            }
        }
        if (!(json.getValue(QUESTION) instanceof String question)
                || question.isBlank()
                || question.contains("|")
                || question.length() > 64) {
            throw invalid("\"question\" is missing or no question's id; the event and the item have it", QUESTION);
        }
        Object text = json.getValue(TEXT);
        Object goOn = json.getValue(GO_ON);
        if (text == null && Boolean.TRUE.equals(goOn)) {
            return new Said(question, null);
        }
        if (goOn != null) {
            throw invalid("\"go_on\" is true, and stands in the place of a text; give such as " + EXAMPLE, GO_ON);
        }
        if (!(text instanceof String given) || given.length() > MOST_TEXT) {
            throw invalid("\"text\" is missing, or no text of up to 10,000 characters; give such as " + EXAMPLE, TEXT);
        }
        return new Said(question, given);
    }

    private static ApiException invalid(String message, String field) {
        return new ApiException(ApiError.of(400, "invalid_field", message, field));
    }
}
