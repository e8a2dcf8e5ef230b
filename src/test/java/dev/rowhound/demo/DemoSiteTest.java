package dev.rowhound.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoSiteTest {
    private static final Path JAR = Path.of("target/sites/commons-lang3-javadoc.jar");
    private static final Duration SLOW = Duration.ofMillis(400);
    private static final Duration NEVER = Duration.ZERO;

    private static final Vertx VERTX = Vertx.vertx();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static DemoSite site;

    @BeforeAll
    static void start() throws Exception {
        site = await(DemoSite.start(VERTX, config(0, NEVER)));
    }

    @AfterAll
    static void stop() throws Exception {
        await(site.close());
        await(VERTX.close());
    }

    @Test
    void pageOfAKnownCodeShowsTheCompany() throws Exception {
        String code = codeAnswered(Companies.Answer.PLAIN);
        Company company = Companies.find(code).orElseThrow();

        HttpResponse<String> page = get("/companies/" + code);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(page.body())
                .contains(
                        "\"ten\" data-field=\"name\">" + company.name() + "<",
                        ">" + company.address() + "<",
                        ">" + company.representative() + "<",
                        ">" + company.status() + "<",
                        ">" + company.founded() + "<");
    }

    @Test
    void branchStandsUnderItsHeadOfficesName() throws Exception {
        String code = codeAnswered(Companies.Answer.PLAIN);
        String office = Companies.find(code).orElseThrow().name();
        Company branch = Companies.find(code + "-002").orElseThrow();

        assertThat(branch.name()).isEqualTo("CHI NHÁNH 002 - " + office);
        assertThat(new JsonObject(get("/api/companies/" + code + "-002").body()))
                .isEqualTo(branch.toJson());
    }

    @Test
    void scriptedPageHoldsTheCompanyOnlyInWhatItsScriptFetches() throws Exception {
        String code = codeAnswered(Companies.Answer.SCRIPTED);
        Company company = Companies.find(code).orElseThrow();

        String page = get("/companies/" + code).body();

        assertThat(page)
                .contains("data-code=\"" + code + "\"", "/assets/company.js")
                .doesNotContain(company.name(), company.address(), company.representative());
        assertThat(get("/assets/company.js").body()).contains("/api/companies/");
        assertThat(new JsonObject(get("/api/companies/" + code).body())).isEqualTo(company.toJson());
    }

    @ParameterizedTest
    @CsvSource({"NOT_FOUND_200, 200", "NOT_FOUND_404, 404"})
    void unknownCodeIsSaidToBeUnknown(Companies.Answer answer, int status) throws Exception {
        String code = codeAnswered(answer);

        HttpResponse<String> page = get("/companies/" + code);

        assertThat(page.statusCode()).isEqualTo(status);
        assertThat(page.body()).contains("class=\"hop khong-tim-thay\"").doesNotContain("doanh-nghiep\"");
        assertThat(get("/api/companies/" + code).statusCode()).isEqualTo(404);
    }

    @Test
    void textOfAnAddressIsEscapedOnThePage() throws Exception {
        String body = get("/companies/%3Cscript%3Ealert(1)%3C%2Fscript%3E").body();

        assertThat(body).contains("&lt;script&gt;alert(1)&lt;/script&gt;").doesNotContain("<script>alert");
    }

    @Test
    void flakyCodeFailsTwiceAndThenWorks() throws Exception {
        String path = "/companies/" + Companies.FLAKY;
        String name = Companies.find(Companies.FLAKY).orElseThrow().name();

        assertThat(get(path).statusCode()).isEqualTo(503);
        assertThat(get(path).statusCode()).isEqualTo(503);
        HttpResponse<String> third = get(path);
        assertThat(third.statusCode()).isEqualTo(200);
        assertThat(third.body()).contains(name);
        assertThat(get(path).statusCode()).isEqualTo(200);
    }

    @Test
    void slowCodeTakesTheGivenTime() throws Exception {
        long start = System.nanoTime();

        HttpResponse<String> page = get("/companies/" + Companies.SLOW);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SLOW);
    }

    @Test
    void silentCodeKeepsTheConnectionOpenUntilTheSiteEnds() throws Exception {
        DemoSite own = await(DemoSite.start(VERTX, config(0, NEVER)));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), own.port())) {
            String request = "GET /companies/" + Companies.SILENT + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();
            // A request on another connection is answered meanwhile, by when the silent one has been read too.
            assertThat(get(own, "/healthz").statusCode()).isEqualTo(200);
            assertThat(answer.available()).isZero();

            await(own.close());
            assertThat(answer.read()).isEqualTo(-1);
        }
    }

    @Test
    void blockedCodeGetsAChallenge() throws Exception {
        HttpResponse<String> page = get("/companies/" + Companies.BLOCKED);

        assertThat(page.statusCode()).isEqualTo(403);
        assertThat(page.body()).contains("captcha").doesNotContain("khong-tim-thay");
    }

    @Test
    void searchLeadsToThePageOfTheCode() throws Exception {
        HttpResponse<String> answer = get("/companies?code=0100%20109%20106");

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("location")).hasValue("/companies/0100109106");
        assertThat(get("/").body()).contains("<form action=\"/companies\"");
    }

    @ParameterizedTest
    @CsvSource({
        "org/apache/commons/lang3/StringUtils.html, text/html; charset=utf-8",
        "stylesheet.css, text/css; charset=utf-8",
        "script.js, text/javascript; charset=utf-8",
        "copy.svg, image/svg+xml"
    })
    void javadocComesOutOfTheJarWithItsType(String name, String type) throws Exception {
        HttpResponse<String> page = get("/javadoc/" + name);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).hasValue(type);
        assertThat(page.body()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/javadoc/org/apache/commons/lang3/NoSuchClass.html",
                "/javadoc/org/apache/commons/lang3",
                "/javadoc/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
                "/javadoc/..%2f..%2f..%2fetc/passwd",
                "/javadoc//etc/passwd",
                "/javadoc/%00"
            })
    void javadocHasNothingButFilesOfTheJar(String path) throws Exception {
        HttpResponse<String> page = get(path);

        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.body()).contains("no-such-page", "This documentation has no such page");
    }

    @Test
    void dotSegmentsDoNotLeadOutOfTheSite() throws Exception {
        assertThat(get("/javadoc/../../../../etc/passwd").statusCode()).isEqualTo(404);
    }

    @Test
    void tellsWhichSiteItIs() throws Exception {
        assertThat(new JsonObject(get("/healthz").body())).isEqualTo(new JsonObject().put("site", "rowhound-demo"));
    }

    @Test
    void busyPortIsToldInASentence() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();

            assertThatThrownBy(() -> await(DemoSite.start(VERTX, config(port, NEVER))))
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(
                            "The demo site cannot listen on 127.0.0.1:" + port + ": the port is in use");
        }
    }

    @ParameterizedTest
    @CsvSource({"target/no-such.jar, does not exist", "pom.xml, cannot read"})
    void jarThatIsNoneIsToldInASentence(String jar, String message) {
        DemoSite.Config config = new DemoSite.Config("127.0.0.1", 0, Path.of(jar), SLOW, SLOW, NEVER);

        assertThatThrownBy(() -> await(DemoSite.start(VERTX, config)))
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessageContaining(jar)
                .hasMessageContaining(message);
    }

    @Test
    void endsByItselfWhenNobodyAsks() throws Exception {
        DemoSite own = await(DemoSite.start(VERTX, config(0, Duration.ofMillis(200))));

        await(own.ended());

        assertThatThrownBy(() -> get(own, "/healthz")).isInstanceOf(IOException.class);
    }

    private static DemoSite.Config config(int port, Duration idle) {
        return new DemoSite.Config("127.0.0.1", port, JAR, SLOW, Duration.ofMillis(10), idle);
    }

    /** Some well-formed code that the site answers in that way. */
    private static String codeAnswered(Companies.Answer answer) {
        return IntStream.range(0, 100_000)
                .mapToObj(number -> "01%08d".formatted(number))
                .filter(code -> Companies.answer(code) == answer)
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return get(site, path);
    }

    private static HttpResponse<String> get(DemoSite from, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + from.port() + path);
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
