package dev.rowhound.http.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ends a request early, as its client is told. */
class ErrorsTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aFaultIsAnswered() throws Exception {
        assertThat(ask(new IllegalStateException("broken"))).isEqualTo(500);
    }

    @Test
    void whoHasLeftIsNotAnswered() {
        assertThatThrownBy(() -> ask(new HttpClosedException("the client has disconnected")))
                .isInstanceOf(HttpTimeoutException.class);
    }

    /** Asks for what fails so; a request that is left without an answer times out. */
    private int ask(Throwable failure) throws Exception {
        Router router = Router.router(vertx);
        router.get("/x").handler(context -> context.fail(failure)).failureHandler(Errors::handle);
        HttpServer server = vertx.createHttpServer().requestHandler(router);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/x");
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }
}
