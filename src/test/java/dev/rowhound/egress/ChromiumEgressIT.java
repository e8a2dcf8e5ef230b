package dev.rowhound.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Frame;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.WaitUntilState;
import com.sun.net.httpserver.HttpsServer;
import dev.rowhound.crawl.browser.GatedBrowser;
import dev.rowhound.job.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Chromium behind a browserProxy reaches what is allowed and nothing else, whatever a page tries. */
class ChromiumEgressIT {
    private static final Egress.Limits NOTHING_REMEMBERED =
            new Egress.Limits(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ZERO, 256);

    @TempDir
    static Path data;

    private static final ForbiddenServer SITE = new ForbiddenServer();
    private static final Map<String, String> NAMES = new ConcurrentHashMap<>();
    private static HttpsServer tls;
    private static Egress egress;
    private static BrowserProxy browserProxy;
    private static GatedBrowser browser;

    private ForbiddenServer secret;
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void start() throws Exception {
        tls = TestCertificate.create(data).server("<title>over TLS</title>");
        EgressConfig config = EgressConfig.DEFAULT.allowing(
                "127.0.0.1:" + SITE.port(), "tls.example:" + tls.getAddress().getPort());
        egress = Egress.open(config, ChromiumEgressIT::resolve, NOTHING_REMEMBERED);
        browserProxy = egress.browserProxy();
        browser = GatedBrowser.open(data, ChromiumFlags.of(browserProxy));
    }

    private static List<InetAddress> resolve(String name) throws UnknownHostException {
        String address = NAMES.get(name);
        if (address == null) {
            throw new UnknownHostException(name);
        }
        return List.of(InetAddress.getByName(address));
    }

    @AfterAll
    static void stop() {
        browser.close();
        egress.close();
        tls.stop(0);
        SITE.close();
    }

    @BeforeEach
    void open() {
        secret = new ForbiddenServer();
        NAMES.clear();
        NAMES.putAll(Map.of(
                "site.example",
                "127.0.0.1",
                "tls.example",
                "127.0.0.1",
                "evil.example",
                "127.0.0.1",
                "localhost",
                "127.0.0.1"));
        browserProxy.begin(EgressPolicy.DIRECT);
        context = browser.fresh();
        page = context.newPage();
    }

    @AfterEach
    void close() {
        context.close();
        secret.close();
    }

    @Test
    void whatIsAllowedWorks() {
        SITE.page(
                "/ok",
                "<title>ok</title><script>"
                        + "fetch('/data').then(r => r.text()).then(t => { document.title += ' ' + t; });</script>");
        SITE.page("/data", "data");
        SITE.answer("/socket", ChromiumEgressIT::greet);

        page.navigate(site("/ok"));
        page.waitForFunction("document.title == 'ok data'");
        assertThat(page.evaluate("new Promise((done, fail) => {"
                        + "const s = new WebSocket('ws://site.example:" + SITE.port() + "/socket');"
                        + "s.onmessage = m => done(m.data); s.onerror = () => fail('error'); })"))
                .isEqualTo("hi");
        page.navigate("https://tls.example:" + tls.getAddress().getPort() + "/");
        assertThat(page.title()).isEqualTo("over TLS");
        assertThat(browserProxy.refusals()).isEmpty();
    }

    @Test
    void noNameAndNoSpellingLeadsToThisMachine() {
        for (String host : List.of(
                "127.0.0.1",
                "localhost",
                "evil.example",
                "2130706433",
                "0x7f000001",
                "0177.1",
                "127.1",
                "0.0.0.0",
                "localhost.",
                "[::ffff:127.0.0.1]",
                "[::1]",
                "user@127.0.0.1",
                "１２７.0.0.1")) {
            String url = "http://" + host + ":" + secret.port() + "/";

            Response response = page.navigate(url);

            assertThat(response.status()).as(url).isEqualTo(403);
            List<EgressRefusal> refusals = browserProxy.refusals();
            assertThat(refusals)
                    .as(url)
                    .anyMatch(refusal -> refusal.code() == ErrorCode.ADDRESS_REFUSED && refusal.concerns(url));
        }
        // Chromium itself resolves *.localhost, to this machine.
        page.navigate("http://a.localhost:" + secret.port() + "/");
        assertThat(browserProxy.refusals()).extracting(EgressRefusal::code).contains(ErrorCode.DNS);
        String url = "https://localhost:" + secret.port() + "/";
        assertThatThrownBy(() -> page.navigate(url)).hasMessageContaining("ERR_TUNNEL_CONNECTION_FAILED");
        assertThat(browserProxy.refusals()).anyMatch(refusal -> refusal.concerns(url));
        assertThat(secret.connections()).isZero();
    }

    @Test
    void redirectsAreCheckedLikeTheFirstAddress() {
        SITE.answer(
                "/leave",
                (head, body, socket) -> ForbiddenServer.send(
                        socket, "302 Found", "Location: http://127.0.0.1:" + secret.port() + "/", ""));

        assertThat(page.navigate(site("/leave")).status()).isEqualTo(403);

        assertThat(browserProxy.refusals())
                .extracting(EgressRefusal::code, EgressRefusal::port)
                .contains(org.assertj.core.groups.Tuple.tuple(ErrorCode.ADDRESS_REFUSED, secret.port()));
        assertThat(secret.connections()).isZero();
    }

    @Test
    void aNameThatTurnsToThisMachineIsNotFollowed() throws Exception {
        // The same name and port: first where it is allowed, then where it is not.
        try (ForbiddenServer elsewhere = new ForbiddenServer("127.0.0.2")) {
            EgressConfig config = EgressConfig.DEFAULT.allowing("127.0.0.2:" + elsewhere.port());
            elsewhere.page("/", "<title>public</title>");
            try (Egress other = Egress.open(config, ChromiumEgressIT::resolve, NOTHING_REMEMBERED);
                    BrowserProxy second = other.browserProxy();
                    ForbiddenServer here = new ForbiddenServer("127.0.0.1", elsewhere.port());
                    BrowserContext rebound = browser.through(second.url(), ChromiumFlags.NO_BYPASS)) {
                NAMES.put("rebind.example", "127.0.0.2");
                Page opened = rebound.newPage();
                opened.navigate("http://rebind.example:" + elsewhere.port() + "/");
                NAMES.put("rebind.example", "127.0.0.1");

                Object status = opened.evaluate("fetch('/?again').then(r => r.status)");

                assertThat(status).isEqualTo(403);
                assertThat(second.refusals()).extracting(EgressRefusal::code).contains(ErrorCode.ADDRESS_REFUSED);
                assertThat(here.connections()).isZero();
                assertThat(elsewhere.lines()).anyMatch(line -> line.startsWith("GET / "));
            }
        }
    }

    @Test
    void nothingThatAPageAsksForGetsPast() throws Exception {
        try (ForbiddenUdpServer udp = new ForbiddenUdpServer()) {
            serveLeaks("127.0.0.1:" + secret.port(), "127.0.0.1:" + udp.port());

            leak(page, site("/leaks"));

            assertThat(secret.connections()).isZero();
            assertThat(udp.packets()).isZero();
            assertThat(browserProxy.refusals()).anyMatch(refusal -> refusal.port() == secret.port());

            // By a name that the browserProxy does not know, Chromium itself must not find it either.
            serveLeaks("localhost:" + secret.port(), "localhost:" + udp.port());
            leak(page, site("/leaks"));
            assertThat(secret.connections()).isZero();
            assertThat(udp.packets()).isZero();

            // The page does ask: what is allowed is reached in each of these ways.
            int before = SITE.lines().size();
            serveLeaks("site.example:" + SITE.port(), "127.0.0.1:" + udp.port());
            leak(page, site("/leaks"));
            await(() -> paths(SITE.lines().stream().skip(before).toList()).containsAll(WAYS));
            assertThat(udp.packets()).isZero();

            // And without the flags everything gets through, the packets of WebRTC too.
            serveLeaks("127.0.0.1:" + secret.port(), "127.0.0.1:" + udp.port());
            try (GatedBrowser open = GatedBrowser.open(data, List.of());
                    BrowserContext ungated = open.fresh()) {
                Page free = ungated.newPage();
                leak(free, "http://127.0.0.1:" + SITE.port() + "/leaks");
                await(() -> paths(secret.lines()).containsAll(WAYS) && udp.packets() > 0);
            }
        }
    }

    private static void await(BooleanSupplier state) throws InterruptedException {
        for (long until = System.nanoTime() + Duration.ofSeconds(30).toNanos(); !state.getAsBoolean(); ) {
            assertThat(System.nanoTime())
                    .as("everything that the page asks for has come")
                    .isLessThan(until);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static final List<String> WAYS = List.of(
            "stylesheet",
            "prefetch",
            "preload",
            "modulepreload",
            "script",
            "import",
            "font",
            "background",
            "img",
            "redirected",
            "srcset",
            "video",
            "poster",
            "audio",
            "object",
            "embed",
            "iframe",
            "refreshed",
            "srcdoc",
            "svg",
            "form",
            "popup",
            "location",
            "beacon",
            "fetch",
            "keepalive",
            "post",
            "xhr",
            "events",
            "socket",
            "worker",
            "import-module");

    /** Opens the page and waits until it has tried everything; some of it never loads. */
    private static void leak(Page page, String url) {
        page.navigate(url, new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT));
        page.waitForFunction("document.title == 'done'");
    }

    private static void serveLeaks(String target, String stun) throws IOException {
        try (InputStream in = ChromiumEgressIT.class.getResourceAsStream("leaks.html")) {
            String html = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            SITE.page(" /leaks ", html.replace("TARGET", target).replace("STUN", stun));
        }
        SITE.answer(
                " /redirect",
                (head, body, socket) ->
                        ForbiddenServer.send(socket, "302 Found", "Location: http://" + target + "/redirected", ""));
        SITE.page(" /refresh ", "<meta http-equiv=refresh content='0;url=http://" + target + "/refreshed'>");
    }

    private static TreeSet<String> paths(List<String> lines) {
        TreeSet<String> paths = new TreeSet<>();
        Pattern path = Pattern.compile("[A-Z]+ /([a-z-]+)[? ].*");
        for (String line : lines) {
            Matcher matcher = path.matcher(line);
            if (matcher.matches()) {
                paths.add(matcher.group(1));
            }
        }
        return paths;
    }

    @Test
    void noPageOpensFilesOrTopLevelData() {
        SITE.page(
                "/links",
                "<a id=file href='file:///etc/passwd'>f</a><a id=data href='data:text/html,x'>d</a>"
                        + "<iframe src='file:///etc/passwd'></iframe>");
        page.navigate(site("/links"));
        for (String way : List.of(
                "document.getElementById('file').click()",
                "document.getElementById('data').click()",
                "location = 'file:///etc/passwd'",
                "location = 'data:text/html,x'",
                "location = 'ftp://site.example/'",
                "location = 'view-source:file:///etc/passwd'",
                "location = 'chrome://version'")) {
            page.evaluate(way);
            // A navigation that began would have ended the page before this answers.
            page.waitForTimeout(100);
            assertThat(page.url()).as(way).isEqualTo(site("/links"));
        }
        assertThat(page.frames()).extracting(Frame::url).noneMatch(url -> url.startsWith("file:"));
        assertThatThrownBy(() -> page.evaluate("fetch('file:///etc/passwd')")).isInstanceOf(PlaywrightException.class);
    }

    private static String site(String path) {
        return "http://site.example:" + SITE.port() + path;
    }

    /** Accepts a WebSocket and says one word. */
    private static void greet(String head, String body, java.net.Socket socket) throws IOException {
        Matcher key = Pattern.compile("(?i)sec-websocket-key: (\\S+)").matcher(head);
        assertThat(key.find()).isTrue();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                            .getBytes(StandardCharsets.US_ASCII));
            ForbiddenServer.write(
                    socket,
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash) + "\r\n\r\n");
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
        socket.getOutputStream().write(new byte[] {(byte) 0x81, 2, 'h', 'i'});
    }
}
