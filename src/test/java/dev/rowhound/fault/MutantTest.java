package dev.rowhound.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a mutant alters stands in the scripts, so that the suite of mutants can run. */
class MutantTest {
    @ParameterizedTest
    @MethodSource("mutants")
    void altersAScript(Mutant mutant, @TempDir Path folder) throws IOException {
        mutant.write(folder);
        try (Stream<Path> written = Files.walk(folder)) {
            assertThat(written.filter(Files::isRegularFile)).isNotEmpty();
        }
    }

    static Stream<Mutant> mutants() {
        return Mutant.all().stream();
    }
}
