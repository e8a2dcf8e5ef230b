package dev.rowhound.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpExchange;
import dev.rowhound.crawl.browser.TestBrowser;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import dev.rowhound.job.Visit;
import dev.rowhound.recipe.Browsing;
import dev.rowhound.recipe.Browsing.Block;
import dev.rowhound.recipe.Browsing.ResourceType;
import dev.rowhound.recipe.Browsing.Viewport;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Recipe.When;
import dev.rowhound.recipe.Session;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an attempt leaves behind, and how a recipe has its pages shown. */
class EvidenceIT {
    /** What the test's site hands to those whom it knows. */
    private static final Pattern INSIDE = Pattern.compile("(?:c00k1e|t0k3n|k3y|st0r3d|p0st3d)-(?:of|by)-the-\\w+");

    private static Recipe recipe = TestRecipe.at("").build();

    @RegisterExtension
    static final TestSlot SLOT = new TestSlot(() -> TestConfig.LOOPBACK, () -> recipe);

    private Site site;
    private RecordingContext context;

    @BeforeEach
    void open() {
        context = new RecordingContext(60_000, step -> {});
        site = new Site()
                .page("/found", "<div class=found id=name>A</div>")
                .page("/none", "<p>No such company</p>")
                .page(
                        "/odd",
                        200,
                        "<p style='background:red;height:2000px'>Odd</p><script>console.log('said');"
                                + "console.error('wrong ' + 'x'.repeat(1000)); setTimeout(() => { throw new Error('late') }, 1);"
                                + "for (let i = 0; i < 100; i++) console.error(i)</script>");
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void aFailureLeavesItsPictureAndWhereItGotTo() throws Exception {
        ItemResult result = process(TestRecipe.at(site.url() + "/odd").limits(5_000, 500, 20_000));

        assertThat(result.state()).isEqualTo(ItemState.FAILED);
        Visit visit = Objects.requireNonNull(result.visit());
        assertThat(visit.url()).isEqualTo(site.url() + "/odd");
        assertThat(visit.status()).isEqualTo(200);
        assertThat(visit.engine()).isEqualTo("browser");
        assertThat(visit.console()).hasSize(20).noneMatch(line -> line.contains("said"));
        assertThat(visit.console().get(0)).startsWith("wrong x").hasSize(500);
        assertThat(visit.steps()).extracting(Visit.StepTime::step).startsWith("browser", "start", "outcome");
        Evidence picture = context.evidence().get(Evidence.SCREENSHOT);
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture.content()));
        assertThat(image.getWidth()).isEqualTo(1280);
        assertThat(image.getHeight()).isEqualTo(720);
        assertThat(image.getRGB(600, 300)).isEqualTo(0xffff0000);
        assertThat(context.evidence()).hasSize(1);
    }

    @Test
    void answersLeaveNothing() throws Exception {
        assertThat(process(TestRecipe.at(site.url() + "/found")).state()).isEqualTo(ItemState.FOUND);
        assertThat(process(TestRecipe.at(site.url() + "/none")).state()).isEqualTo(ItemState.NOT_FOUND);
        assertThat(context.evidence()).isEmpty();
    }

    @Test
    void anothersErrorsAreNotTold() throws Exception {
        process(TestRecipe.at(site.url() + "/odd").limits(5_000, 300, 20_000));
        ItemResult next = process(TestRecipe.at(site.url() + "/found"));
        assertThat(Objects.requireNonNull(next.visit()).console()).isEmpty();
    }

    @Test
    void traceAndHarAreRecordedWhereTheRecipeSaysSo() throws Exception {
        Recipe.EvidencePolicy onFailure = new Recipe.EvidencePolicy(When.ON_FAILURE, When.ALWAYS, When.ALWAYS);
        process(TestRecipe.at(site.url() + "/found").evidence(onFailure));

        assertThat(context.evidence()).containsOnlyKeys(Evidence.HAR, Evidence.SCREENSHOT);
        JsonObject log =
                new JsonObject(new String(context.evidence().get(Evidence.HAR).content())).getJsonObject("log");
        assertThat(log.getString("version")).isEqualTo("1.2");
        JsonArray entries = log.getJsonArray("entries");
        assertThat(entries.getJsonObject(0).getJsonObject("request").getString("url"))
                .isEqualTo(site.url() + "/found");

        process(TestRecipe.at(site.url() + "/odd").limits(5_000, 300, 20_000).evidence(onFailure));
        assertThat(context.evidence()).containsKeys(Evidence.TRACE);
        // What Playwright's viewer reads: events a line, the requests, and the snapshots' resources.
        Set<String> files = new TreeSet<>();
        boolean readable = false;
        try (ZipInputStream zip = new ZipInputStream(
                new ByteArrayInputStream(context.evidence().get(Evidence.TRACE).content()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.add(entry.getName());
                if (entry.getName().equals("trace.trace")) {
                    List<String> lines = new String(zip.readAllBytes()).lines().toList();
                    readable = new JsonObject(lines.get(0)).getString("type").equals("context-options")
                            && lines.stream().anyMatch(line -> line.contains("/odd"));
                }
            }
        }
        assertThat(files).contains("trace.trace", "trace.network");
        assertThat(readable).isTrue();
        assertThat(leftovers()).isEmpty();
        assertThat(viewed(context.evidence().get(Evidence.TRACE).content())).contains(site.url() + "/odd");
    }

    @Test
    void recordingsHoldNothingThatLetsTheirReaderIn() throws Exception {
        site.answer("/members", exchange -> {
            exchange.getResponseHeaders().set("Set-Cookie", "sid=c00k1e-of-the-user; Path=/; HttpOnly");
            String cookie = exchange.getRequestHeaders().getFirst("Cookie");
            Site.send(
                    exchange,
                    200,
                    "<p id=name>" + cookie + "</p><input type=hidden name=t value=t0k3n-of-the-form>"
                            + "<script src=/script.js></script>");
        });
        site.answer("/script.js", exchange -> Site.send(exchange, "text/javascript", """
                localStorage.setItem('jwt', 'st0r3d-by-the-page');
                fetch('/api?access_token=t0k3n-of-the-address', {
                  method: 'POST',
                  headers: { 'Authorization': 'Bearer t0k3n-of-the-header', 'X-Api-Key': 'k3y-of-the-page' },
                  body: 'password=p0st3d-by-the-page' })
                .then((answer) => answer.json()).then((json) => {
                  document.body.insertAdjacentHTML('beforeend', '<p class=found>A</p>');
                });"""));
        site.answer("/api", exchange -> {
            exchange.getResponseHeaders().add("Set-Cookie", "late=c00k1e-of-the-answer; Path=/");
            Site.send(exchange, "application/json", "{\"access_token\": \"t0k3n-of-the-answer\"}");
        });
        TestRecipe members = TestRecipe.at(site.url() + "/members")
                .session(new Session(Session.Keep.JOB, null))
                .evidence(new Recipe.EvidencePolicy(When.ALWAYS, When.ALWAYS, When.NEVER));
        process(members);
        // What the first item has left is part of the second one's context.
        ItemResult second = process(members);

        assertThat(second.fields().getString("name")).contains("c00k1e-of-the-user");
        byte[] har = context.evidence().get(Evidence.HAR).content();
        byte[] trace = context.evidence().get(Evidence.TRACE).content();
        assertThat(new String(har, StandardCharsets.UTF_8))
                .contains("/members", "/api")
                .doesNotContainPattern(INSIDE);
        Set<String> files = new TreeSet<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(trace))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.add(entry.getName());
                assertThat(new String(zip.readAllBytes(), StandardCharsets.UTF_8))
                        .as(entry.getName())
                        .doesNotContainPattern(INSIDE);
            }
        }
        assertThat(files).contains("trace.trace", "trace.network");
        assertThat(viewed(trace)).contains(site.url() + "/members");
    }

    /** What Playwright's own viewer, which its driver brings, shows of a trace once it names what was done. */
    private String viewed(byte[] trace) throws Exception {
        site.answer("/trace.zip", exchange -> send(exchange, "application/zip", trace));
        site.answer("/viewer/", exchange -> {
            String file = exchange.getRequestURI().getPath().substring("/viewer/".length());
            String type = file.endsWith(".html") ? "text/html" : file.endsWith(".css") ? "text/css" : "text/javascript";
            try (InputStream in = getClass().getResourceAsStream("/driver/package/lib/vite/traceViewer/" + file)) {
                send(exchange, type, Objects.requireNonNull(in, file).readAllBytes());
            }
        });
        try (TestBrowser browser = TestBrowser.open(SLOT.data())) {
            Page page = browser.fresh().newPage();
            page.navigate(site.url() + "/viewer/index.html?trace=" + site.url() + "/trace.zip");
            page.getByText("Navigate").first().waitFor();
            return page.locator("body").innerText();
        }
    }

    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    @Test
    void thePageIsShownAsTheRecipeSays() throws Exception {
        site.answer("/", exchange -> exchange.sendResponseHeaders(404, -1));
        site.page(
                "/shown",
                "<link rel=stylesheet href=/style.css><img src=/a.png><script src=/ads/x.js></script>"
                        + "<script src=/own.js></script><div class=found id=name></div><script>"
                        + "document.querySelector('#name').textContent = navigator.language + ' ' + navigator.userAgent"
                        + " + ' ' + innerWidth</script>");
        Browsing shown = new Browsing(
                Browsing.Engine.BROWSER,
                Browsing.Browser.SHELL,
                "vi-VN",
                new Viewport(800, 600),
                "Agent/1",
                new Block(Set.of(ResourceType.IMAGE, ResourceType.STYLESHEET), List.of("*/ads/*")),
                List.of(),
                Browsing.Robots.IGNORE);

        for (int i = 0; i < 2; i++) {
            ItemResult result = process(TestRecipe.at(site.url() + "/shown").browsing(shown));
            assertThat(result.fields().getString("name")).isEqualTo("vi-VN Agent/1 800");
            // The other recipe's page is used in turn, and is shown in the browser's own way.
            ItemResult other = process(TestRecipe.at(site.url() + "/shown"));
            assertThat(other.fields().getString("name")).contains("Chrom").endsWith(" 1280");
        }
        assertThat(site.requests()).contains("/own.js");
        assertThat(site.requests().stream()
                        .filter(path -> path.matches("/style.css|/a.png|/ads/x.js"))
                        .count())
                .as("only what the second recipe loads")
                .isLessThanOrEqualTo(6);
    }

    private static List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(SLOT.data().resolve("tmp"))) {
            return files.filter(file -> !Files.isDirectory(file)).toList();
        }
    }

    private ItemResult process(TestRecipe built) throws Exception {
        recipe = built.build();
        return SLOT.process(context);
    }
}
