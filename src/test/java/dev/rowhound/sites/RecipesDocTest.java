package dev.rowhound.sites;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The recipes that docs/recipes.md shows are the files of examples/recipes, which the tests run. */
class RecipesDocTest {
    private static final Path HOME =
            Path.of(System.getProperty("rowhound.home", ".")).toAbsolutePath();
    private static final Pattern SHOWN =
            Pattern.compile("<!-- (examples/recipes/[^ ]+) -->\n```json\n(.*?)\n```", Pattern.DOTALL);

    @Test
    void eachRecipeIsShownAsItIs() throws IOException {
        Matcher shown = SHOWN.matcher(Files.readString(HOME.resolve("docs/recipes.md")));
        List<String> files = new ArrayList<>();
        while (shown.find()) {
            JsonObject file = new JsonObject(Files.readString(HOME.resolve(shown.group(1))));
            file.remove("$schema");
            assertThat(new JsonObject(shown.group(2))).as(shown.group(1)).isEqualTo(file);
            files.add(shown.group(1));
        }
        try (Stream<Path> all = Files.list(HOME.resolve("examples/recipes"))) {
            assertThat(files)
                    .containsExactlyElementsOf(
                            all.map(file -> HOME.relativize(file).toString())
                                    .sorted()
                                    .toList());
        }
    }
}
