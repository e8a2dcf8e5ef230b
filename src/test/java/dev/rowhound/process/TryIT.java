package dev.rowhound.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rowhound try} and {@code rowhound recipe check} as a user gives them, with the browser, and neither node nor Redis. */
class TryIT {
    private static final Duration A_WHILE = Duration.ofSeconds(60);

    /** Companies that the demo site has. */
    private static final String FOUND = "0100109106";

    private static final String ALSO_FOUND = "0101340108";

    @TempDir
    static Path folder;

    private static DemoSiteServer site;

    private record Ended(int exitCode, String out, String err) {}

    @BeforeAll
    static void start() throws Exception {
        site = DemoSiteServer.start(Files.createDirectory(folder.resolve("site")));
        ServedNode.writeRecipe(folder, site.address(), 7000, 3);
    }

    @AfterAll
    static void stop() throws Exception {
        if (site != null) {
            site.close();
        }
    }

    private static Ended run(String... arguments) throws Exception {
        try (RowhoundProcess process = RowhoundProcess.start(folder, List.of("-Xmx256m"), List.of(arguments))) {
            int exitCode = process.exitCode(A_WHILE);
            return new Ended(exitCode, process.out(), process.err());
        }
    }

    @Test
    void showsWhatCameOfEachKeyAndLeavesNothingBehind() throws Exception {
        Ended tried = run(
                "try",
                "companies",
                FOUND,
                ALSO_FOUND,
                "--set",
                "crawl.allow=" + site.address().getAuthority(),
                "--set",
                "recipes=" + folder.resolve("recipes"),
                "--set",
                "data=" + folder.resolve("data"));
        assertThat(tried.err()).as("what went wrong").isEmpty();
        assertThat(tried.exitCode()).isZero();
        assertThat(tried.out()).contains(FOUND + "  found", ALSO_FOUND + "  found", "\n  address ");
        assertThat(ServedNode.names(folder.resolve("data").resolve("tmp"))).isEmpty();
        assertThat(Files.exists(folder.resolve("data/redis"))).isFalse();
    }

    @Test
    void aFileIsTriedForPrograms() throws Exception {
        Ended tried =
                run("try", "recipes/companies.json", "123", "--json", "--set", "data=" + folder.resolve("data-json"));
        assertThat(tried.exitCode()).as(tried.err()).isEqualTo(1);
        JsonArray trials = new JsonObject(tried.out()).getJsonArray("trials");
        assertThat(trials.getJsonObject(0).getString("state")).isEqualTo("invalid_input");
    }

    @Test
    void aRecipesFaultsAreToldWithTheirPlaces() throws Exception {
        Files.writeString(
                folder.resolve("faulty.json"),
                "{\"name\": \"x\", \"strat\": {}, \"start\": {\"url\": \"ftp://x\"}, \"outcomes\": {\"found\": [{}]}}");
        Ended checked = run("recipe", "check", "recipes/companies.json", "faulty.json");
        assertThat(checked.exitCode()).isEqualTo(1);
        assertThat(checked.out())
                .contains("recipes/companies.json: valid\n", "faulty.json: 3 faults\n", "\n  start.url: is \"ftp://x\"")
                .contains("\n  strat: is unknown; did you mean \"start\"?", "\n  outcomes.found[0]: has no condition");
        assertThat(run("recipe", "check", "recipes/companies.json").exitCode()).isZero();
    }
}
