package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import io.vertx.openapi.validation.ValidatorException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract is sound in itself; that the node keeps it is tested elsewhere. */
class ContractTest {
    /** They answer from memory and take no input. */
    private static final Set<String> CANNOT_FAIL =
            Set.of("getPage", "getContract", "getEventSchema", "getMetrics", "getLiveness");

    private static final JsonSchemaOptions OPTIONS = new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("app://contract")
            .setOutputFormat(OutputFormat.Basic);

    private static final Vertx VERTX = Vertx.vertx();
    private static JsonObject document;
    private static OpenAPIContract contract;

    @BeforeAll
    static void load() {
        document = Contract.document(VERTX).await();
        contract = Contract.load(VERTX).await();
    }

    @AfterAll
    static void close() {
        VERTX.close().await();
    }

    @Test
    void namesEveryOperation() {
        assertThat(contract.operations()).hasSameSizeAs(Contract.operations(document));
        assertThat(contract.operations()).allSatisfy(operation -> {
            assertThat(operation.getOperationId()).matches("[a-z][a-zA-Z]+");
            assertThat(operation.getOpenAPIModel().getString("summary")).isNotBlank();
            assertThat(operation.getTags()).hasSize(1);
        });
    }

    @Test
    void saysHowEachOperationFails() {
        assertThat(contract.operations())
                .filteredOn(operation -> !CANNOT_FAIL.contains(operation.getOperationId()))
                .allSatisfy(operation -> assertThat(errors(operation))
                        .as(operation.getOperationId())
                        .isNotEmpty());
    }

    @Test
    void knowsOneShapeOfErrors() {
        for (Operation operation : contract.operations()) {
            for (String status : errors(operation)) {
                JsonObject schema = operation
                        .getResponse(Integer.parseInt(status))
                        .getOpenAPIModel()
                        .getJsonObject("content")
                        .getJsonObject("application/json")
                        .getJsonObject("schema");
                // Health has a form of its own, and the old status poll that of its clients.
                boolean other = operation.getOpenAPIPath().startsWith("/health")
                        || operation.getOpenAPIPath().startsWith("/api/job-status") && !status.equals("500");
                assertThat(schema.getJsonObject("properties").containsKey("request_id"))
                        .as("%s %s", operation.getOperationId(), status)
                        .isEqualTo(!other);
            }
        }
    }

    @Test
    void listsTheStatesThatThereAre() {
        JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
        List<String> itemStates =
                Arrays.stream(ItemState.values()).map(ItemState::wire).toList();
        assertThat(schemas.getJsonObject("ItemState").getJsonArray("enum").getList())
                .isEqualTo(itemStates);
        assertThat(schemas.getJsonObject("Counters").getJsonArray("required").getList())
                .isEqualTo(itemStates);
        assertThat(schemas.getJsonObject("JobState").getJsonArray("enum").getList())
                .isEqualTo(Arrays.stream(JobState.values()).map(JobState::wire).toList());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void showsExamplesThatItsSchemasAllow(Example example) {
        OutputUnit result = example.repository().validator(example.schema()).validate(example.value());
        assertThat(result.getErrors()).isNull();
        assertThat(result.getValid()).isTrue();
    }

    @Test
    void showsEventsThatTheEventSchemaAllows() {
        List<JsonObject> events = document.getJsonObject("paths")
                .getJsonObject("/api/v1/jobs/{id}/events")
                .getJsonObject("get")
                .getJsonObject("responses")
                .getJsonObject("200")
                .getJsonObject("content")
                .getJsonObject("text/event-stream")
                .getString("example")
                .lines()
                .filter(line -> line.startsWith("data: {\"v\""))
                .map(line -> new JsonObject(line.substring("data: ".length())))
                .toList();
        assertThat(events).extracting(event -> event.getInteger("seq")).containsExactly(1, 2);
        assertThat(events)
                .allSatisfy(event -> assertThat(EventSchema.check(VERTX, event)).isEmpty());
    }

    @Test
    void tellsGoodAnswersFromBadOnes() {
        ResponseValidator validator = ResponseValidator.create(VERTX, contract);
        JsonObject body = document.getJsonObject("paths")
                .getJsonObject("/api/v1/jobs")
                .getJsonObject("post")
                .getJsonObject("responses")
                .getJsonObject("202")
                .getJsonObject("content")
                .getJsonObject("application/json")
                .getJsonObject("example");
        Map<String, String> headers =
                Map.of("Location", body.getJsonObject("links").getString("self"));

        validator
                .validate(ValidatableResponse.create(202, headers, body.toBuffer(), "application/json"), "createJob")
                .await();

        assertThatThrownBy(() -> validator
                        .validate(ValidatableResponse.create(202, body.toBuffer(), "application/json"), "createJob")
                        .await())
                .isInstanceOf(ValidatorException.class)
                .hasMessageContaining("location");
        JsonObject bad = body.copy().put("total", "300");
        assertThatThrownBy(() -> validator
                        .validate(
                                ValidatableResponse.create(202, headers, bad.toBuffer(), "application/json"),
                                "createJob")
                        .await())
                .isInstanceOf(ValidatorException.class);
        assertThatThrownBy(() -> validator
                        .validate(ValidatableResponse.create(418), "createJob")
                        .await())
                .isInstanceOf(ValidatorException.class)
                .hasMessageContaining("418");
    }

    /** A value that the contract shows, with the schema beside it. */
    record Example(String where, JsonSchema schema, Object value, SchemaRepository repository) {
        @Override
        public String toString() {
            return where;
        }
    }

    static List<Example> examples() {
        JsonObject annotated = document.copy();
        SchemaRepository repository = SchemaRepository.create(OPTIONS).dereference(JsonSchema.of(annotated));
        List<Example> found = new ArrayList<>();
        collect("", document, annotated, repository, found);
        return found;
    }

    /** Walks the document beside its copy, in which the library has noted where each reference leads. */
    private static void collect(
            String where, Object value, Object annotated, SchemaRepository repository, List<Example> found) {
        if (value instanceof JsonArray list) {
            IntStream.range(0, list.size())
                    .forEach(i -> collect(
                            where + "/" + i, list.getValue(i), ((JsonArray) annotated).getValue(i), repository, found));
        } else if (value instanceof JsonObject object) {
            JsonObject twin = (JsonObject) annotated;
            if (object.getValue("schema") instanceof JsonObject) {
                JsonSchema schema = JsonSchema.of(twin.getJsonObject("schema"));
                if (object.containsKey("example")) {
                    found.add(new Example(where, schema, object.getValue("example"), repository));
                }
                JsonObject named = object.getJsonObject("examples", new JsonObject());
                for (String name : named.fieldNames()) {
                    found.add(new Example(
                            where + " " + name,
                            schema,
                            named.getJsonObject(name).getValue("value"),
                            repository));
                }
            }
            for (String key : object.fieldNames()) {
                if (!key.equals("example") && !key.equals("examples")) {
                    collect(where + "/" + key, object.getValue(key), twin.getValue(key), repository, found);
                }
            }
        }
    }

    private static List<String> errors(Operation operation) {
        return operation.getOpenAPIModel().getJsonObject("responses").fieldNames().stream()
                .filter(status -> status.matches("[45]\\d\\d"))
                .toList();
    }
}
