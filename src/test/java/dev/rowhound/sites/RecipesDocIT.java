package dev.rowhound.sites;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.demo.DemoSite;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.ItemState;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each recipe that docs/recipes.md shows does what is said there, on the demo site. */
@Timeout(240)
class RecipesDocIT {
    private static final Path HOME =
            Path.of(System.getProperty("rowhound.home", ".")).toAbsolutePath();
    private static final String KNOWN = "3600101238";
    private static final String UNKNOWN = "1111111111";
    private static final Pattern DIGIT = Pattern.compile(">([0-9])</text>");

    @TempDir
    static Path data;

    private final Vertx vertx = Vertx.vertx();
    private DemoSite site;
    private CrawlRunner runner;

    @BeforeEach
    void open() throws Exception {
        Path jar = Path.of(System.getProperty("rowhound.build", "target")).resolve("sites/commons-lang3-javadoc.jar");
        site = DemoSite.start(vertx, DemoSite.Config.standard(jar).withPort(0)).await(30, TimeUnit.SECONDS);
        JsonObject secret =
                new JsonObject().put("value", "rowhound").put("for", new JsonArray().add("127.0.0.1:" + site.port()));
        runner = new CrawlRunner(data, new JsonObject().put("practice", secret));
    }

    @AfterEach
    void close() throws Exception {
        runner.close();
        site.close().await(30, TimeUnit.SECONDS);
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void aPageIsRead() throws Exception {
        JsonObject fields = found(look("1-company", KNOWN));
        assertThat(fields.getString("name")).isEqualTo("CÔNG TY TNHH CÀ PHÊ VẠN MAI");
        assertThat(fields.getString("address")).isNotBlank();
        // The recipe does not say how the site tells that it has none, so that this is no answer.
        assertThat(look("1-company", UNKNOWN).state()).isEqualTo(ItemState.FAILED);
    }

    @Test
    void outcomesAndTypesAreTold() throws Exception {
        JsonObject fields = found(look("2-outcomes", KNOWN));
        assertThat(fields.getString("founded")).matches("[0-9]{4}-[0-9]{2}-[0-9]{2}");
        assertThat(fields.getValue("capital_vnd")).isInstanceOf(Number.class);
        assertThat(fields.getString("branches_page")).isEqualTo(address() + "/practice/branches/" + KNOWN);
        assertThat(look("2-outcomes", UNKNOWN).state()).isEqualTo(ItemState.NOT_FOUND);
    }

    @Test
    void aFormLeadsToThePageBehindItsHit() throws Exception {
        JsonObject fields = found(look("3-search", KNOWN));
        assertThat(fields.getString("hit")).isEqualTo("CÔNG TY TNHH CÀ PHÊ VẠN MAI");
        assertThat(fields.getString("address")).isNotBlank();
        assertThat(fields.getString("founded")).matches("[0-9]{4}-[0-9]{2}-[0-9]{2}");
        assertThat(look("3-search", UNKNOWN).state()).isEqualTo(ItemState.NOT_FOUND);
    }

    @Test
    void aTableIsCollectedOverItsPages() throws Exception {
        ItemResult result = look("4-branches", KNOWN);
        JsonArray branches = found(result).getJsonArray("branches");
        assertThat(branches.stream().map(row -> ((JsonObject) row).getString("code")))
                .hasSize(10)
                .startsWith(KNOWN + "-001")
                .endsWith(KNOWN + "-010")
                .doesNotHaveDuplicates();
        assertThat(branches.getJsonObject(9).getString("opened")).isEqualTo("2020-11-10");
        assertThat(Objects.requireNonNull(result.visit()).engine()).isEqualTo("http");
    }

    @Test
    void aLogInIsDoneOnce() throws Exception {
        JsonObject fields = found(look("5-members", KNOWN));
        assertThat(fields.getString("phone")).startsWith("+84 24 ");
        assertThat(fields.getString("who")).isEqualTo("demo");
        ItemResult second = look("5-members", KNOWN);
        assertThat(found(second)).isEqualTo(fields);
        assertThat(Objects.requireNonNull(second.visit()).steps())
                .noneMatch(step -> step.step().contains("login"));
    }

    @Test
    void aPersonAnswersTheCaptcha() throws Exception {
        runner.ask(question -> Optional.of(runner.questions().size() == 1 ? "00000x" : digits()));
        assertThat(found(look("6-register", KNOWN)).getString("number")).startsWith("R-");
        assertThat(runner.questions())
                .hasSize(2)
                .allSatisfy(
                        question -> assertThat(question.prompt()).isEqualTo("Type the five digits of the picture."));
        runner.ask(question -> Optional.empty());
        assertThat(Objects.requireNonNull(look("6-register", KNOWN).error()).code())
                .isEqualTo(ErrorCode.UNANSWERED);
    }

    /** What a person sees on the picture. */
    private String digits() {
        try {
            String svg = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address() + "/practice/captcha/last.svg"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return DIGIT.matcher(svg)
                    .results()
                    .map((MatchResult digit) -> digit.group(1))
                    .collect(Collectors.joining());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String address() {
        return "http://127.0.0.1:" + site.port();
    }

    private ItemResult look(String recipe, String key) throws Exception {
        String text = Files.readString(HOME.resolve("examples/recipes/" + recipe + ".json"))
                .replace("http://127.0.0.1:" + DemoSite.DEFAULT_PORT, address());
        return runner.look(text, key);
    }

    private static JsonObject found(ItemResult result) {
        assertThat(result.state()).as(() -> String.valueOf(result.error())).isEqualTo(ItemState.FOUND);
        return result.fields();
    }
}
