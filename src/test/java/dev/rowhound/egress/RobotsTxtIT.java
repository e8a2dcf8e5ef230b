package dev.rowhound.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.egress.RobotsTxt.Access;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RobotsTxtIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String RULES = """
            User-agent: other
            Disallow: /

            User-agent: rowhound
            Disallow: /private
            Allow: /private/open

            User-agent: *
            Disallow: /all
            """;

    private final ForbiddenServer site = new ForbiddenServer();
    private Egress egress;
    private Instant now = Instant.EPOCH;
    private RobotsTxt robots;

    @BeforeEach
    void open() {
        egress = Egress.open(
                EgressConfig.DEFAULT.allowing("127.0.0.1:" + site.port()),
                name -> List.of(InetAddress.getByName("127.0.0.1")),
                Egress.Limits.DEFAULT);
        robots = new RobotsTxt(egress.client(), "rowhound", () -> now);
    }

    @AfterEach
    void close() {
        robots.close();
        egress.close();
        site.close();
    }

    @Test
    void theAgentsOwnGroupCounts() {
        site.page("/robots.txt", RULES);

        assertThat(decide("/private/x")).isEqualTo(Access.DISALLOWED);
        assertThat(decide("/private/open")).isEqualTo(Access.ALLOWED);
        assertThat(decide("/all")).isEqualTo(Access.ALLOWED);
        assertThat(robots.check(url("/private"), LONG, EgressPolicy.DIRECT).reason())
                .isEqualTo("The site's robots.txt (http://site.example:" + site.port()
                        + "/robots.txt) asks rowhound not to fetch /private");
        assertThat(allows("other", "/")).isFalse();
        assertThat(allows("third", "/all")).isFalse();
        assertThat(allows("third", "/private")).isTrue();
    }

    private boolean allows(String agent, String path) {
        try (RobotsTxt others = new RobotsTxt(egress.client(), agent, () -> now)) {
            return others.check(url(path), LONG, EgressPolicy.DIRECT).allowed();
        }
    }

    @Test
    void oneFetchServesAllUntilItIsOld() {
        site.answer(
                "/robots.txt",
                (head, body, socket) -> ForbiddenServer.send(socket, "200 OK", "Content-Type: text/plain", RULES));
        List<CompletableFuture<Access>> asking = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asking.add(CompletableFuture.supplyAsync(() -> decide("/private")));
        }
        assertThat(asking).allSatisfy(access -> assertThat(access.join()).isEqualTo(Access.DISALLOWED));
        assertThat(site.lines()).hasSize(1);
        now = now.plus(RobotsTxt.CACHE_TIME).minusMillis(1);
        decide("/");
        assertThat(site.lines()).hasSize(1);
        now = now.plusMillis(1);
        decide("/");
        assertThat(site.lines()).hasSize(2);
    }

    @Test
    void aSiteWithoutOneAllowsEverything() {
        assertThat(decide("/private")).isEqualTo(Access.ALLOWED);
        assertThat(site.lines()).containsExactly("GET /robots.txt HTTP/1.1");
    }

    @Test
    void aSitesOwnFaultIsNoPermissionAndIsAskedAgainSoon() {
        site.answer("/robots.txt", (head, body, socket) -> ForbiddenServer.send(socket, "503 Down", "X: y", ""));
        assertThat(decide("/")).isEqualTo(Access.UNAVAILABLE);
        assertThat(decide("/")).isEqualTo(Access.UNAVAILABLE);
        assertThat(site.lines()).hasSize(1);
        site.page("/robots.txt", RULES);
        now = now.plus(RobotsTxt.FAILURE_CACHE_TIME);
        assertThat(decide("/")).isEqualTo(Access.ALLOWED);
    }

    @Test
    void redirectsAreFollowedAndMuchIsNotReadToTheEnd() {
        site.answer(
                "/robots.txt", (head, body, socket) -> ForbiddenServer.send(socket, "301 Moved", "Location: /r2", ""));
        site.page("/r2", RULES + "\n# " + "x".repeat(600_000) + "\nUser-agent: rowhound\nDisallow: /late\n");

        assertThat(decide("/private")).isEqualTo(Access.DISALLOWED);
        assertThat(decide("/late")).isEqualTo(Access.ALLOWED);
    }

    @Test
    void aSiteThatCannotBeReachedIsLeftToThePage() {
        site.answer("/robots.txt", (head, body, socket) -> socket.close());
        assertThat(decide("/private")).isEqualTo(Access.ALLOWED);
        // A private address is refused here as well; the page will say so.
        assertThat(robots.check("http://10.0.0.1/", LONG, EgressPolicy.DIRECT).allowed())
                .isTrue();
        assertThat(robots.check("nonsense", LONG, EgressPolicy.DIRECT).allowed())
                .isTrue();
    }

    private Access decide(String path) {
        return robots.check(url(path), LONG, EgressPolicy.DIRECT).access();
    }

    private String url(String path) {
        return "http://site.example:" + site.port() + path;
    }
}
