package dev.rowhound.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.FileUpload;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultipartUploadTest {
    @TempDir
    private Path folder;

    @Test
    void sendsTheFileByteForByteUnderItsNameWithTheFields() throws Exception {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("mã \"số\" thuế.csv"), content);
        Path received = folder.resolve("received");
        String id = UUID.randomUUID().toString();
        try (TestServer server = new TestServer(router -> router.post("/api/v1/jobs")
                .handler(BodyHandler.create(received.toString()))
                .handler(context -> {
                    FileUpload upload = context.fileUploads().get(0);
                    context.json(new JsonObject()
                            .put("id", context.request().getHeader("Rowhound-Job-Id"))
                            .put("fields", fields(context.request().formAttributes()))
                            .put("part", upload.name())
                            .put("name", upload.fileName())
                            .put("stored", upload.uploadedFileName()));
                }))) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("recipe", "companies");
            fields.put("column", "mã số \"thuế\"");

            JsonObject answer = server.client().upload(id, file, fields).get(30, TimeUnit.SECONDS);

            assertThat(answer.getString("id")).isEqualTo(id);
            assertThat(answer.getJsonObject("fields"))
                    .isEqualTo(new JsonObject().put("recipe", "companies").put("column", "mã số \"thuế\""));
            assertThat(answer.getString("part")).isEqualTo("file");
            assertThat(answer.getString("name")).isEqualTo("mã %22số%22 thuế.csv");
            assertThat(Files.readAllBytes(Path.of(answer.getString("stored")))).isEqualTo(content);
        }
    }

    @Test
    void sendsTheFieldsBeforeTheFileAndALengthThatIsTrue() throws Exception {
        Path file = Files.writeString(folder.resolve("list.csv"), "code\n1\n");
        try (TestServer server = new TestServer(router -> router.post("/api/v1/jobs")
                .handler(context -> context.request()
                        .bodyHandler(body -> context.json(new JsonObject()
                                .put("length", context.request().getHeader("Content-Length"))
                                .put("received", body.length())
                                .put("body", body.toString())))))) {
            Map<String, String> fields = new LinkedHashMap<>();
            fields.put("recipe", "companies");
            fields.put("column", "code");

            JsonObject answer = server.client().upload("id", file, fields).get(30, TimeUnit.SECONDS);

            assertThat(answer.getString("body"))
                    .containsSubsequence(
                            "name=\"recipe\"", "companies", "name=\"column\"", "code", "name=\"file\"", "1");
            assertThat(answer.getString("length"))
                    .isEqualTo(answer.getInteger("received").toString());
        }
    }

    @Test
    void saysWhenTheFileIsNotThere() {
        assertThatThrownBy(() -> new MultipartUpload(Map.of(), folder.resolve("none.csv")))
                .isInstanceOf(FileNotFoundException.class);
    }

    private static JsonObject fields(Iterable<Map.Entry<String, String>> attributes) {
        JsonObject fields = new JsonObject();
        attributes.forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
        return fields;
    }
}
