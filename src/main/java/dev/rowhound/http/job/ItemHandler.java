package dev.rowhound.http.job;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.control.QuestionAnswers;
import dev.rowhound.http.request.IdempotencyFilter.Answer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Serves {@code POST /api/v1/jobs/{id}/items/{row}/answer}: a person's answer to the question of an item. */
final class ItemHandler {
    private static final int MAX_TEXT_LENGTH = 10_000;
    private static final String QUESTION = "question";
    private static final String TEXT = "text";
    private static final String GO_ON = "go_on";
    private static final Set<String> KEYS = Set.of(QUESTION, TEXT, GO_ON);

    private final QuestionAnswers answers;

    ItemHandler(QuestionAnswers answers) {
        this.answers = answers;
    }

    /** A parsed answer; {@code text} is null if the item is to continue without a text. */
    private record AnswerBody(String question, @Nullable String text) {}

    Future<Answer> answer(RoutingContext context) {
        String job = context.pathParam("id");
        int row = row(context);
        AnswerBody body = parse(context.body().buffer());
        return answers.answer(job, row, body.question(), body.text())
                .map(accepted -> Answer.ok(new JsonObject().put("row", row).put(QUESTION, body.question())));
    }

    /** Returns the row in the path. */
    static int row(RoutingContext context) {
        String text = context.pathParam("row");
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw Refusal.of("invalid_field", "\"" + text + "\" is not a row number; use a number from 1", "row");
        }
        return Integer.parseInt(text);
    }

    private static AnswerBody parse(@Nullable Buffer body) {
        JsonObject json;
        try {
            json = new JsonObject(body == null ? Buffer.buffer() : body);
        } catch (DecodeException | ClassCastException e) {
            throw invalid("the body is not a JSON object; send, for example, " + QuestionAnswers.EXAMPLE, QUESTION);
        }
        for (String key : json.fieldNames()) {
            if (!KEYS.contains(key)) {
                throw Refusal.of(
                        "unknown_field",
                        "\"" + key + "\" is unknown; send, for example, " + QuestionAnswers.EXAMPLE,
                        key);
            }
        }
        if (!(json.getValue(QUESTION) instanceof String question)
                || question.isBlank()
                || question.contains("|")
                || question.length() > 64) {
            throw invalid("\"question\" is missing or not the id of a question; events and items contain it", QUESTION);
        }
        Object text = json.getValue(TEXT);
        Object goOn = json.getValue(GO_ON);
        if (text == null && Boolean.TRUE.equals(goOn)) {
            return new AnswerBody(question, null);
        }
        if (goOn != null) {
            throw invalid(
                    "\"go_on\" must be true and replaces the text; send, for example, " + QuestionAnswers.EXAMPLE,
                    GO_ON);
        }
        if (!(text instanceof String answerText) || answerText.length() > MAX_TEXT_LENGTH) {
            throw invalid(
                    "\"text\" is missing or not a string of at most 10,000 characters; send, for example, "
                            + QuestionAnswers.EXAMPLE,
                    TEXT);
        }
        return new AnswerBody(question, answerText);
    }

    private static Refusal invalid(String message, String field) {
        return Refusal.of("invalid_field", message, field);
    }
}
