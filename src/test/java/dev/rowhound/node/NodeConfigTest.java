package dev.rowhound.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.config.ConfigLoader;
import dev.rowhound.config.InvalidConfigException;
import dev.rowhound.config.Problems;
import dev.rowhound.net.AddressRange;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeConfigTest {
    private static final Path HOME = Path.of("").toAbsolutePath();

    private static NodeConfig read(Map<String, String> settings) {
        Problems problems = new Problems("the test's configuration");
        JsonObject config = ConfigLoader.load(HOME, null, Map.of(), settings, problems);
        problems.throwIfAny();
        return NodeConfig.read(config, HOME);
    }

    @Test
    void theShippedConfigurationIsOfANodeAlone() {
        NodeConfig config = read(Map.of());

        assertThat(config.cluster().enabled()).isFalse();
        assertThat(config.redis().url()).isNull();
    }

    @Test
    void theNodesOfAClusterShareARedis() {
        Map<String, String> cluster = Map.of("cluster.enabled", "true", "cluster.members", "127.0.0.1:5701");

        assertThatThrownBy(() -> read(cluster))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("redis.url: is missing; the nodes of a cluster share one Redis");
    }

    @Test
    void aClusterIsReadFromFlags() {
        NodeConfig config = read(Map.of(
                "cluster.enabled", "true",
                "cluster.members", "127.0.0.1:5701, 127.0.0.1:5702",
                "redis.url", "redis://127.0.0.1:6379"));

        assertThat(config.cluster().enabled()).isTrue();
        assertThat(config.cluster().members()).containsExactly("127.0.0.1:5701", "127.0.0.1:5702");
    }

    @Test
    void rolesThatAreApartShareARedis() {
        assertThatThrownBy(() -> read(Map.of("roles", "worker")))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("redis.url: is missing; a node with one role shares its Redis");
    }

    @Test
    void whoMayChangeRecipesIsNamed() {
        assertThat(read(Map.of()).http().editors().users()).isEmpty();
        assertThat(read(Map.of("http.recipe_editors", "ada, *"))
                        .http()
                        .editors()
                        .users())
                .containsExactlyInAnyOrder("ada", "*");
        assertThatThrownBy(() -> read(Map.of("http.recipe_editors", "ada, b c")))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("http.recipe_editors[1]: is \"b c\"; use \"*\" for all users, or a user");
    }

    @Test
    void theHeaderOfTheUserNeedsAProxyThatIsTrustedToSendIt() {
        assertThat(read(Map.of()).http().callers().header()).isNull();
        assertThat(read(Map.of("http.user_header", "Remote-User", "http.trusted_proxies", "127.0.0.1"))
                        .http()
                        .callers()
                        .header())
                .isEqualTo("Remote-User");
        assertThatThrownBy(() -> read(Map.of("http.user_header", "Remote-User")))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("http.user_header: is \"Remote-User\", but no proxy is trusted to send it");
        assertThatThrownBy(() -> read(Map.of("http.user_header", "Remote_User", "http.trusted_proxies", "127.0.0.1")))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("http.user_header: is \"Remote_User\"; use a header name");
    }

    @Test
    void aNodeAnswersForThisMachineAndTheHostThatItListensOn() {
        assertThat(read(Map.of()).http().hosts().names()).containsExactly("localhost");
        assertThat(read(Map.of("http.host", "Rowhound.Internal")).http().hosts().names())
                .containsExactlyInAnyOrder("localhost", "rowhound.internal");
        assertThat(read(Map.of("http.host", "0.0.0.0")).http().hosts().addresses())
                .extracting(AddressRange::bits)
                .containsExactly(8, 128);
        assertThat(read(Map.of("http.hosts", "*")).http().hosts().all()).isTrue();
        assertThatThrownBy(() -> read(Map.of("http.hosts", "a.example, b.example:80")))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("http.hosts[1]: is \"b.example:80\"; use a name such as rowhound.example");
    }

    @Test
    void originsAreWrittenAsBrowsersDo() {
        assertThat(read(Map.of()).http().origins().listed()).isEmpty();
        assertThat(read(Map.of("http.origins", "https://App.example:8443"))
                        .http()
                        .origins()
                        .listed())
                .containsExactly("https://app.example:8443");
        assertThatThrownBy(() -> read(Map.of("http.origins", "https://app.example/")))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("http.origins[0]: is \"https://app.example/\"; use an origin");
    }
}
