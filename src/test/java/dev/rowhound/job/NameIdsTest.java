package dev.rowhound.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NameIdsTest {
    private final NameIds ids = new NameIds("a secret of the deployment");

    @Test
    void sameNamesHaveTheSameIdUnderTheSameSecretOnly() {
        assertThat(new NameIds("a secret of the deployment").of("an", "k", 1)).isEqualTo(ids.of("an", "k", 1));
        assertThat(new NameIds("another secret").of("an", "k", 1)).isNotEqualTo(ids.of("an", "k", 1));
    }

    @Test
    void noTwoNamesFallTogether() {
        assertThat(List.of(
                        ids.of("an", "k", 1),
                        ids.of("an", "k", 2),
                        ids.of("an", "k"),
                        ids.of("a", "nk", 1),
                        ids.of("an\nk", 1),
                        ids.of("k", "an", 1)))
                .doesNotHaveDuplicates();
    }

    @Test
    void idsAreUuids() {
        UUID id = UUID.fromString(ids.of("an"));
        assertThat(id.version()).isEqualTo(8);
        assertThat(id.variant()).isEqualTo(2);
    }
}
