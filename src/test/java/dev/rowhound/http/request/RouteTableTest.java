package dev.rowhound.http.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.config.JsonReader;
import dev.rowhound.config.Problems;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is in front of every route. */
class RouteTableTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger handled = new AtomicInteger();
    private int port;

    @BeforeEach
    void serve() throws Exception {
        Router router = Router.router(vertx);
        ClientAddress clients =
                ClientAddress.from(new JsonReader(new JsonObject(), new Problems("test")).object("http"));
        RouteTable routes = new RouteTable(router, new Callers(null, clients), null, null);
        routes.get("/everybodys").named().handler(context -> context.end());
        routes.get("/mine")
                .handler(
                        context -> context.end(RequestScope.of(context).caller().user()));
        routes.get("/editors").right(caller -> {}).handler(context -> context.end());
        routes.get("/named")
                .named()
                .handler(context -> context.end(RequestScope.of(context).key()));
        routes.post("/small").upload(3).handler(context -> {
            handled.incrementAndGet();
            context.end(String.valueOf(RequestScope.of(context).bodyLimit().maxBytes()));
        });
        HttpServer server = vertx.createHttpServer().requestHandler(router);
        port = server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS).actualPort();
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private int get(String path, String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header(IdempotencyKey.HEADER, key)
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    private HttpResponse<String> post(String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/small"))
                .POST(BodyPublishers.ofString(body))
                .build();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, BodyHandlers.ofString());
    }

    @Test
    void aBodyThatIsDeclaredTooLargeIsRefusedBeforeItsHandler() throws Exception {
        assertThat(post("123").body()).isEqualTo("3");
        HttpResponse<String> refused = post("1234");
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("too_large", "3 bytes");
        assertThat(refused.headers().firstValue("connection")).hasValue("close");
        assertThat(handled).hasValue(1);
    }

    @Test
    void aBadNameIsRefusedOnlyWhereTheCallerMatters() throws Exception {
        assertThat(get("/everybodys?user_id=", "k")).isEqualTo(200);
        assertThat(get("/mine?user_id=", "k")).isEqualTo(400);
        assertThat(get("/mine?user_id=an", "k")).isEqualTo(200);
        assertThat(get("/editors?user_id=", "k")).isEqualTo(400);
        assertThat(get("/editors?user_id=an", "k")).isEqualTo(200);
    }

    @Test
    void aBadKeyIsRefusedOnlyWhereItMatters() throws Exception {
        String tooLong = "k".repeat(256);
        assertThat(get("/everybodys", tooLong)).isEqualTo(200);
        assertThat(get("/named", tooLong)).isEqualTo(400);
        assertThat(get("/named", "k")).isEqualTo(200);
    }
}
