package dev.rowhound.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.impl.Utils;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Gives tests the contract that the node serves. */
final class Contract {
    private Contract() {}

    /** The file as JSON. */
    static Future<JsonObject> document(Vertx vertx) {
        return Utils.readYamlOrJson(vertx, "openapi.yaml");
    }

    /**
     * The contract for {@code ResponseValidator}. The library refuses a contract with media types of responses that it
     * cannot check, such as {@code text/event-stream}, and looks headers up in lower case only; so the former are left
     * out and the latter written so. A response that has only such media types is checked for its status and headers.
     */
    static Future<OpenAPIContract> load(Vertx vertx) {
        return document(vertx).compose(document -> {
            for (JsonObject operation : operations(document)) {
                objects(operation.getJsonObject("responses")).forEach(Contract::prepare);
            }
            objects(document.getJsonObject("components").getJsonObject("responses"))
                    .forEach(Contract::prepare);
            return OpenAPIContract.from(vertx, document);
        });
    }

    /** Every operation of every path. */
    static List<JsonObject> operations(JsonObject document) {
        return objects(document.getJsonObject("paths")).stream()
                .flatMap(path -> path.fieldNames().stream()
                        .filter(key -> !key.equals("parameters"))
                        .map(path::getJsonObject))
                .toList();
    }

    private static void prepare(JsonObject response) {
        JsonObject content = response.getJsonObject("content", new JsonObject());
        content.fieldNames().removeIf(type -> !MediaType.isMediaTypeSupported(type));
        renameKeys(response.getJsonObject("headers", new JsonObject()), name -> name.toLowerCase(Locale.ROOT));
    }

    private static void renameKeys(JsonObject object, UnaryOperator<String> rename) {
        for (String key : List.copyOf(object.fieldNames())) {
            object.put(rename.apply(key), object.remove(key));
        }
    }

    private static List<JsonObject> objects(JsonObject parent) {
        return parent.fieldNames().stream().map(parent::getJsonObject).toList();
    }
}
