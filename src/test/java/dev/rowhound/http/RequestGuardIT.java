package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.TestNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in front of all routes, asked by bare sockets. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class RequestGuardIT {
    private static final String LISTED = "https://app.example";
    private static final String HOST = "Host: localhost";

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = TestNode.start(
                Map.of("roles", "web", "http.hosts", "Rowhound.example, 10.0.0.0/8, fd00::1", "http.origins", LISTED));
    }

    @AfterAll
    static void stop() throws Exception {
        node.close();
    }

    private static RawRequest.Answer jobs(String... headers) throws Exception {
        return RawRequest.get(node.address(), Api.JOBS, headers);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost:1",
                "localhost.",
                "127.0.0.1",
                "127.9.9.9:80",
                "[::1]",
                "[0:0:0:0:0:0:0:1]:99",
                "rowhound.example",
                "ROWHOUND.example.:443",
                "10.1.2.3:8102",
                "[FD00::1]"
            })
    void servesTheHostsThatAreListedAndThisMachines(String host) throws Exception {
        assertThat(jobs("Host: " + host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "xlocalhost",
                "127.0.0.1.nip.io",
                "192.168.1.5:8102",
                "[fe80::1]",
                "0.0.0.0",
                "rowhound",
                "*"
            })
    void servesNoOther(String host) throws Exception {
        for (String path : List.of("/", Api.JOBS, Api.JOBS + "/x/ws", "/health", "/nothing")) {
            RawRequest.Answer answer = RawRequest.get(node.address(), path, "Host: " + host);
            assertThat(answer.status()).as(path).isEqualTo(421);
            assertThat(answer.text()).contains("\"unknown_host\"", "http.hosts", "ROWHOUND_HTTP_HOSTS=");
        }
    }

    @Test
    void theManagementPortIsProbedByAnyAddressAndReadByNoName() throws Exception {
        for (String host : List.of("192.168.1.5:8103", "[fe80::1]", "rowhound.example", "localhost")) {
            assertThat(RawRequest.get(node.management(), "/health/live", "Host: " + host)
                            .status())
                    .as(host)
                    .isEqualTo(200);
        }
        assertThat(RawRequest.get(node.management(), "/metrics", "Host: evil.example")
                        .status())
                .isEqualTo(421);
    }

    /** HAProxy's checks are of this kind unless they are told otherwise. */
    @Test
    void probesOfTheOldVersionNeedNoHost() throws Exception {
        for (URI port : List.of(node.address(), node.management())) {
            assertThat(RawRequest.send(port, "", "GET /health/ready HTTP/1.0").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aHostThatCannotBeOneIsTheClientsFault() throws Exception {
        assertThat(jobs().status()).isEqualTo(400);
        assertThat(jobs("Host:").status()).isEqualTo(400);
        assertThat(jobs(HOST, "Host: evil.example").status()).isEqualTo(400);
        assertThat(jobs("Host: user@localhost").status()).isEqualTo(400);
        assertThat(jobs("Host: a b").status()).isEqualTo(400);
        assertThat(jobs("Host: localhost:http").status()).isEqualTo(400);
        assertThat(RawRequest.get(node.address(), "http://evil.example/api/v1/jobs", HOST)
                        .status())
                .isEqualTo(400);
        assertThat(RawRequest.get(node.address(), "http://localhost/api/v1/jobs", HOST)
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\nContent-Length: 3",
                "Content-Length: 3\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: xchunked"
            })
    void aRequestWhoseEndIsInDoubtEndsItsConnection(String framing) throws Exception {
        for (URI port : List.of(node.address(), node.management())) {
            RawRequest.Answer answer = RawRequest.send(
                    port,
                    "0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                    "POST /api/v1/jobs/x/cancel HTTP/1.1",
                    HOST,
                    framing);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.count()).as(answer.text()).isEqualTo(1);
            assertThat(answer.text()).contains("\"bad_framing\"");
            assertProtected(answer);
        }
    }

    @Test
    void chunksAloneAreFine() throws Exception {
        RawRequest.Answer answer = RawRequest.send(
                node.address(),
                "0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "POST /api/v1/jobs/x/cancel HTTP/1.1",
                HOST,
                "Transfer-Encoding: Chunked");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.count()).as(answer.text()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://evil.example",
                "Origin: null",
                "Origin: http://localhost:3000",
                "Origin: https://localhost:80",
                "Origin: http://app.example",
                "Origin: https://app.example.evil.example",
                "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe"
            })
    void pagesOfOtherSitesAreRefused(String headers) throws Exception {
        for (String call : List.of(
                "POST /api/v1/jobs/x/cancel",
                "DELETE /api/v1/schedules/x",
                "GET /api/v1/jobs",
                "OPTIONS /api/v1/jobs")) {
            String[] parts = call.split(" ");
            RawRequest.Answer answer = RawRequest.ask(node.address(), parts[0], parts[1], HOST, headers);
            assertThat(answer.status()).as(call).isEqualTo(403);
            assertThat(answer.text()).contains("\"foreign_origin\"", "http.origins");
            assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
        }
        assertThat(handshake(headers)).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: a program",
                "Origin: http://localhost",
                "Origin: http://LOCALHOST:80",
                "Origin: https://localhost",
                "Origin: " + LISTED,
                "Sec-Fetch-Site: same-origin",
                "Sec-Fetch-Site: none",
                "Origin: http://localhost:9000\r\nSec-Fetch-Site: same-origin",
                "Origin: null\r\nSec-Fetch-Site: same-origin"
            })
    void programsTheNodesOwnPageAndListedOnesAreServed(String headers) throws Exception {
        assertThat(RawRequest.ask(node.address(), "POST", "/api/v1/jobs/x/cancel", HOST, headers)
                        .status())
                .isEqualTo(404);
        assertThat(jobs(HOST, headers).status()).isEqualTo(200);
        assertThat(handshake(headers)).isEqualTo(404);
    }

    private static int handshake(String headers) throws Exception {
        return RawRequest.status(
                node.address(),
                "GET /api/v1/jobs/x/ws HTTP/1.1",
                HOST,
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                headers);
    }

    @Test
    void aLinkOfAnotherSiteLeadsToThePage() throws Exception {
        String link = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document";
        assertThat(RawRequest.get(node.address(), "/?job=x", HOST, link).status())
                .isEqualTo(200);
        assertThat(RawRequest.ask(node.address(), "POST", "/api/v1/jobs/x/cancel", HOST, link)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aListedOriginReadsTheAnswerWithItsUsersLogIn() throws Exception {
        RawRequest.Answer asked = RawRequest.ask(
                node.address(),
                "OPTIONS",
                Api.JOBS,
                HOST,
                "Origin: " + LISTED,
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: idempotency-key");
        assertThat(asked.status()).isEqualTo(204);
        assertThat(asked.header("Access-Control-Allow-Methods")).contains("post", "delete");
        assertThat(asked.header("Access-Control-Allow-Headers")).isEqualTo("idempotency-key");
        for (RawRequest.Answer answer : List.of(asked, jobs(HOST, "Origin: " + LISTED))) {
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(LISTED);
            assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
            assertThat(answer.header("Vary")).isEqualTo("origin");
        }
        assertThat(jobs(HOST).header("Access-Control-Allow-Origin")).isNull();
        assertThat(jobs(HOST).header("Vary")).isEqualTo("origin");
    }

    @Test
    void everyAnswerIsWhatItSaysAndForNoOtherSite() throws Exception {
        for (String path : List.of(
                "/",
                "/app.js",
                "/openapi.yaml",
                Api.JOBS,
                "/nothing",
                Api.JOBS + "/x/events",
                "/health",
                "/progress/x",
                "/api/job-status/x",
                "/api/v1/probe/events?seconds=1")) {
            assertProtected(RawRequest.get(node.address(), path, HOST));
        }
        assertProtected(RawRequest.ask(node.address(), "PATCH", Api.JOBS, HOST));
        assertProtected(RawRequest.get(node.address(), "/", "Host: evil.example"));
        assertProtected(RawRequest.get(node.address(), "/", HOST, "Origin: http://evil.example"));
        assertProtected(RawRequest.get(node.address(), "/", HOST, "X: " + "x".repeat(20_000)));
        assertProtected(RawRequest.get(node.address(), "/" + "x".repeat(20_000), HOST));
        assertProtected(RawRequest.send(node.address(), "", "NONSENSE"));
        for (String path : List.of("/health", "/metrics", "/nothing")) {
            assertProtected(RawRequest.get(node.management(), path, HOST));
        }
    }

    private static void assertProtected(RawRequest.Answer answer) {
        assertThat(answer.header("X-Content-Type-Options")).as(answer.text()).isEqualTo("nosniff");
        assertThat(answer.header("Cross-Origin-Resource-Policy"))
                .as(answer.text())
                .isEqualTo("same-origin");
    }

    @Test
    void anUnreadableRequestIsAnsweredInTheOneForm() throws Exception {
        assertUnreadable(RawRequest.get(node.address(), "/" + "x".repeat(20_000), HOST), 414, "uri_too_long");
        assertUnreadable(
                RawRequest.get(node.address(), "/", HOST, "X: " + "x".repeat(20_000)), 431, "headers_too_large");
        assertUnreadable(RawRequest.send(node.address(), "", "NONSENSE"), 400, "bad_request");
    }

    private static void assertUnreadable(RawRequest.Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).contains("\"code\":\"" + code + "\"", "\"request_id\":");
    }

    @Test
    void aMethodThatAPathDoesNotTakeIsAnsweredWithThoseThatItTakes() throws Exception {
        assertAllows("PATCH", Api.JOBS, "get, post");
        assertAllows("GET", Api.JOBS + "/x/cancel", "post");
        assertAllows("POST", "/api/v1/recipes/x", "delete, get, put");
        assertAllows("OPTIONS", "/", "get");
        RawRequest.Answer management = RawRequest.ask(node.management(), "POST", "/metrics", HOST);
        assertThat(management.status()).isEqualTo(405);
        assertThat(management.header("Allow")).isEqualTo("get");
    }

    private static void assertAllows(String method, String path, String allowed) throws Exception {
        RawRequest.Answer answer = RawRequest.ask(node.address(), method, path, HOST);
        assertThat(answer.status()).as(path).isEqualTo(405);
        assertThat(answer.header("Allow")).as(path).isEqualTo(allowed);
    }
}
