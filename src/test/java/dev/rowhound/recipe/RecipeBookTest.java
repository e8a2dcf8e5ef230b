package dev.rowhound.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rowhound.config.InvalidConfigException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecipeBookTest {
    private static void write(Path folder, String file, JsonObject recipe) throws IOException {
        Files.writeString(folder.resolve(file), recipe.encodePrettily());
    }

    private static JsonObject named(String name) {
        return RecipeExamples.minimal().put("name", name);
    }

    @Test
    void findsEveryRecipeOfAFolder(@TempDir Path folder) throws IOException {
        write(folder, "1.json", named("pages"));
        write(folder, "2.json", named("books"));
        write(folder, ".#2.json", named("left-by-an-editor"));
        Files.writeString(folder.resolve("README.md"), "no recipe");
        Files.createDirectory(folder.resolve("folder.json"));

        RecipeBook book = RecipeBook.load(folder);

        assertThat(book.all()).extracting(Recipe::name).containsExactly("books", "pages");
        assertThat(book.find("pages")).isEqualTo(book.all().get(1));
        assertThat(book.find("page")).isNull();
        assertThat(book.fileOf("pages")).isEqualTo("1.json");
        assertThat(book.fileOf("companies")).isNull();
    }

    @Test
    void tellsEveryFaultOfEveryFile(@TempDir Path folder) throws IOException {
        write(folder, "a.json", named("same"));
        write(folder, "b.json", named("same").put("version", 0));
        write(folder, "c.json", RecipeExamples.with(RecipeExamples.full(), "/extract/name/type", "strng"));
        Files.writeString(folder.resolve("d.json"), "{\n  \"name\": oops\n}");
        Files.writeString(folder.resolve("e.json"), "");

        assertThatThrownBy(() -> RecipeBook.load(folder))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage("The recipes in " + folder + " cannot be used:\n"
                        + "  b.json: version: is 0; use a number from 1 to 1000000\n"
                        + "  b.json: name: is \"same\", the name of the recipe in a.json; use another one\n"
                        + "  c.json: extract.name.type: is \"strng\"; use one of string, integer, number, date, url;"
                        + " did you mean \"string\"?\n"
                        + "  d.json: is not JSON: line 2, column 15: Unrecognized token 'oops': was expecting (JSON"
                        + " String, Number, Array, Object or token 'null', 'true' or 'false')\n"
                        + "  e.json: is empty; it must hold a JSON object");
    }

    @Test
    void aFolderWithoutRecipesIsASentence(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("missing");
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> RecipeBook.load(missing))
                .hasMessage("The recipes in " + missing + " cannot be used:\n  there is no such folder");
        assertThatThrownBy(() -> RecipeBook.load(file))
                .hasMessage("The recipes in " + file + " cannot be used:\n  this is a file, not a folder");
        assertThatThrownBy(() -> RecipeBook.load(folder))
                .hasMessage("The recipes in " + folder
                        + " cannot be used:\n  the folder holds no recipe; put at least one *.json file there");
    }
}
