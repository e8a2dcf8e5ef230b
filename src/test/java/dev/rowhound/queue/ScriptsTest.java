package dev.rowhound.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScriptsTest {
    @Test
    void oneMethodCallsAScript() throws IOException {
        String source;
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            source = files.filter(file -> file.toString().endsWith(".java"))
                    .map(ScriptsTest::text)
                    .collect(Collectors.joining());
        }
        List<String> names =
                Stream.of(Scripts.class.getFields()).map(Field::getName).toList();
        assertThat(names)
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(Pattern.compile("Scripts\\." + name + "\\b")
                                .matcher(source)
                                .results())
                        .as(name)
                        .hasSize(1));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
