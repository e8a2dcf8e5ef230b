package dev.rowhound.http;

import dev.rowhound.http.Api.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import io.vertx.openapi.validation.ValidatorException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Holds answers against the contract. */
final class ContractCheck {
    private final JsonObject document;
    private final ResponseValidator validator;

    ContractCheck(JsonObject document, ResponseValidator validator) {
        this.document = document;
        this.validator = validator;
    }

    /** That of the contract that a node serves. */
    static ContractCheck of(Vertx vertx) throws TimeoutException {
        JsonObject document = Contract.document(vertx).await(10, TimeUnit.SECONDS);
        OpenAPIContract contract = Contract.load(vertx).await(60, TimeUnit.SECONDS);
        return new ContractCheck(document, ResponseValidator.create(vertx, contract));
    }

    /** What is wrong with an answer, by the contract; empty if nothing is. The library can check JSON only. */
    String fault(String operation, Answer answer) {
        Map<String, String> headers = answer.response().headers().map().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().get(0)));
        return fault(
                operation,
                answer.status(),
                headers,
                Buffer.buffer(answer.response().body()));
    }

    /**
     * The same of an answer in its parts.
     *
     * @param headers by their names in lower case
     */
    String fault(String operation, int status, Map<String, String> headers, Buffer body) {
        String type = headers.getOrDefault("content-type", "").replaceFirst(";.*", "");
        Set<String> types = mediaTypes(operation, status);
        if (!types.contains(type) && !(types.isEmpty() && type.isEmpty())) {
            return "\"" + type + "\" is none of " + types;
        }
        if (!type.equals("application/json")) {
            return "";
        }
        // It reads a header as the inside of a JSON string.
        Map<String, String> quoted = headers.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().replace("\"", "\\\"")));
        try {
            validator
                    .validate(ValidatableResponse.create(status, quoted, body, type), operation)
                    .await(10, TimeUnit.SECONDS);
            return "";
        } catch (ValidatorException | TimeoutException e) {
            return e.toString();
        }
    }

    /** In which forms the contract lets the operation answer with that status. */
    private Set<String> mediaTypes(String operation, int status) {
        JsonObject response = Contract.operations(document).stream()
                .filter(described -> described.getString("operationId").equals(operation))
                .findFirst()
                .orElseThrow()
                .getJsonObject("responses")
                .getJsonObject(String.valueOf(status));
        String shared = response.getString("$ref");
        if (shared != null) {
            response = document.getJsonObject("components")
                    .getJsonObject("responses")
                    .getJsonObject(shared.substring(shared.lastIndexOf('/') + 1));
        }
        return response.getJsonObject("content", new JsonObject()).fieldNames();
    }
}
