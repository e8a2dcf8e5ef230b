package dev.rowhound.crawl.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.crawl.http.HttpView;
import dev.rowhound.crawl.view.Deadline;
import dev.rowhound.crawl.view.Snapshot;
import dev.rowhound.crawl.view.SnapshotRequest;
import dev.rowhound.egress.EgressPolicy;
import dev.rowhound.egress.WebResponse;
import dev.rowhound.recipe.Browsing;
import dev.rowhound.recipe.pattern.Budget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChallengesTest {
    private static final Path PAGES = Path.of("src/test/resources/dev/rowhound/crawl/page/challenges");

    static List<Path> blocked() {
        return files("blocked");
    }

    static List<Path> fine() {
        return files("fine");
    }

    private static List<Path> files(String folder) {
        try (Stream<Path> files = Files.list(PAGES.resolve(folder))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("blocked")
    void pagesThatOnlyRefuseAreRecognised(Path file) throws Exception {
        assertThat(Challenges.SHIPPED.recognise(read(file), Budget.until(() -> false)))
                .isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("fine")
    void pagesThatMerelyCarryACaptchaAreNot(Path file) throws Exception {
        assertThat(Challenges.SHIPPED.recognise(read(file), Budget.until(() -> false)))
                .isEmpty();
    }

    private static Snapshot read(Path file) throws Exception {
        byte[] body = Files.readAllBytes(file);
        Map<String, List<String>> headers = Map.of("content-type", List.of("text/html; charset=utf-8"));
        try (HttpView view = new HttpView(
                request -> new WebResponse(request.url(), 200, headers, body, List.of()),
                Browsing.DEFAULT,
                new CookieManager(),
                EgressPolicy.DIRECT,
                Budget.until(() -> false))) {
            Deadline soon = Deadline.in(10_000);
            view.open("https://site.example/", soon, "start");
            return view.snapshot(new SnapshotRequest(List.of(), false, Challenges.SHIPPED.marks()), 0, soon, "outcome")
                    .orElseThrow();
        }
    }
}
