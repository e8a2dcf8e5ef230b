package dev.rowhound.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.rowhound.TestNode;
import dev.rowhound.crawl.browser.GatedBrowser;
import io.vertx.core.http.HttpServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a web page of somebody else's can do to a node on the same machine, in a real browser: nothing. */
@Timeout(120)
class ForeignPageIT {
    private static final String EVIL = "evil.example";
    private static final String FRIEND = "friend.example";

    private static TestNode node;
    private static HttpServer site;
    private static GatedBrowser browser;
    private static Api api;

    /** A job that waits for a worker. */
    private static String job;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        node = TestNode.start(Map.of("roles", "web", "http.origins", "http://" + FRIEND));
        site = node.vertx()
                .createHttpServer()
                .requestHandler(request -> request.response()
                        .putHeader("Content-Type", "text/html")
                        .end("<!doctype html><title>Nice pictures</title><form method=post></form>"))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        api = new Api(node);
        job = api.upload(Form.of("companies").file("tax_code\n0101340108\n"))
                .json()
                .getString("id");
        browser = GatedBrowser.open(
                folder,
                List.of("--host-resolver-rules=MAP " + EVIL + " 127.0.0.1,MAP " + FRIEND + ":80 127.0.0.1:"
                        + site.actualPort()));
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        site.close().await(10, TimeUnit.SECONDS);
        node.close();
    }

    /** Another site's, and another port's of this machine: the former is cross-site, the latter same-site. */
    private static List<String> pages() {
        return List.of("http://" + EVIL + ":" + site.actualPort() + "/", "http://localhost:" + site.actualPort() + "/");
    }

    /** The node as such a page would address it. */
    private static List<String> nodes() {
        int port = node.address().getPort();
        return List.of("http://127.0.0.1:" + port, "http://localhost:" + port);
    }

    private interface Attack {
        void from(Page page, String node) throws Exception;
    }

    private static void each(Attack attack) throws Exception {
        try (BrowserContext context = browser.fresh()) {
            for (String address : pages()) {
                for (String target : nodes()) {
                    Page page = context.newPage();
                    page.navigate(address);
                    attack.from(page, target);
                    page.close();
                }
            }
        }
        assertThat(api.job(job).getString("state")).isEqualTo("running");
        assertThat(api.jobs()).containsExactly(job);
    }

    @Test
    void opensNoSocket() throws Exception {
        each((page, target) -> assertThat(
                        page.evaluate("""
                        url => new Promise(done => {
                          const socket = new WebSocket(url);
                          socket.onopen = () => done('open');
                          socket.onerror = () => done('refused');
                        })""", target.replace("http", "ws") + "/api/v1/users/anonymous/ws"))
                .isEqualTo("refused"));
    }

    @Test
    void postsNothingWithoutAskingFirst() throws Exception {
        each((page, target) -> {
            page.evaluate("""
                    async ([node, job]) => {
                      const form = new FormData();
                      form.append('recipe', 'companies');
                      form.append('file', new Blob(['tax_code\\n0101340108\\n']), 'a.csv');
                      const send = (path, body) =>
                        fetch(node + path, {method: 'POST', mode: 'no-cors', body}).catch(() => null);
                      await send('/api/v1/jobs', form);
                      await send('/crawl_csv', form);
                      await send(`/api/v1/jobs/${job}/cancel`);
                      await send(`/api/v1/jobs/${job}/pause`);
                      navigator.sendBeacon(`${node}/api/v1/jobs/${job}/cancel`);
                    }""", List.of(target, job));
        });
    }

    @Test
    void submitsNoForm() throws Exception {
        each((page, target) -> {
            page.waitForNavigation(() -> page.evaluate(
                    "action => { document.forms[0].action = action; document.forms[0].submit(); }",
                    target + "/api/v1/jobs/" + job + "/cancel"));
            assertThat(page.textContent("body")).contains("foreign_origin");
        });
    }

    @Test
    void embedsNothingAndReadsNothing() throws Exception {
        each((page, target) -> {
            assertThat(page.evaluate("""
                            url => new Promise(done => {
                              const script = document.createElement('script');
                              script.src = url;
                              script.onload = () => done('loaded');
                              script.onerror = () => done('refused');
                              document.head.append(script);
                            })""", target + "/app.js")).isEqualTo("refused");
            assertThat(page.evaluate("url => fetch(url).then(() => 'read', () => 'refused')", target + "/api/v1/jobs"))
                    .isEqualTo("refused");
        });
    }

    /** The name of the attacker's page leads to the node all of a sudden, so that the browser takes both for one. */
    @Test
    void readsNothingByRebinding() throws Exception {
        try (BrowserContext context = browser.fresh()) {
            Page page = context.newPage();
            page.navigate("http://" + EVIL + ":" + node.address().getPort() + "/api/v1/jobs");
            assertThat(page.textContent("body")).contains("unknown_host").doesNotContain(job);
            assertThat(page.evaluate("() => fetch('/api/v1/jobs').then(answer => answer.status)"))
                    .isEqualTo(421);
        }
    }

    @Test
    void mayLinkToThePage() throws Exception {
        try (BrowserContext context = browser.fresh()) {
            for (String address : pages()) {
                Page page = context.newPage();
                page.navigate(address);
                page.waitForNavigation(
                        () -> page.evaluate("url => { location.href = url; }", nodes().get(0) + "/?job=" + job));
                assertThat(page.title()).contains("Rowhound");
                page.waitForFunction("() => document.body.textContent.includes('upload.csv')"
                        + " || document.body.textContent.includes('Danh sách.csv')");
            }
        }
    }

    @Test
    void ofAListedOriginUsesTheApi() throws Exception {
        try (BrowserContext context = browser.fresh()) {
            Page page = context.newPage();
            page.navigate("http://" + FRIEND + "/");
            assertThat(page.evaluate("""
                            url => fetch(url + '/api/v1/jobs', {credentials: 'include'})
                              .then(answer => answer.json()).then(list => list.jobs[0].id)""", nodes().get(0))).isEqualTo(job);
            assertThat(page.evaluate("""
                            url => fetch(url + '/api/v1/schedules/x',
                                {method: 'DELETE', headers: {'Idempotency-Key': 'k'}, credentials: 'include'})
                              .then(answer => answer.status)""", nodes().get(0))).isEqualTo(404);
            assertThat(page.evaluate("""
                            url => new Promise(done => {
                              const socket = new WebSocket(url);
                              socket.onopen = () => done('open');
                              socket.onerror = () => done('refused');
                            })""", nodes().get(0).replace("http", "ws") + "/api/v1/users/anonymous/ws"))
                    .isEqualTo("open");
        }
    }
}
