package dev.rowhound.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The types that pages name are where the pages say: {@code `room.Type`} in the code, {@code `TypeIT`} in the tests. */
class DocNamesTest {
    private static final Path HOME = Path.of(System.getProperty("rowhound.home", "."));
    private static final Pattern NAME =
            Pattern.compile("`(?:(?<room>[a-z]+(?:\\.[a-z]+)*)\\.)?(?<type>[A-Z]\\w+)(?:\\.[a-z]\\w*)?`");

    @Test
    void typesThatPagesNameExist() throws IOException {
        Set<String> types = names("src/main/java/dev/rowhound");
        Set<String> tests = names("src/test/java/dev/rowhound");
        tests.addAll(names("bench/src/dev/rowhound"));
        Set<String> testTypes = tests.stream()
                .map(name -> name.substring(name.lastIndexOf('.') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            Matcher name = NAME.matcher(Files.readString(page));
            while (name.find()) {
                String room = name.group("room");
                String type = name.group("type");
                boolean test = type.endsWith("IT") || type.endsWith("Test");
                if (room != null
                        ? !types.contains(room + "." + type) && !tests.contains(room + "." + type)
                        : test && !testTypes.contains(type)) {
                    missing.add(HOME.relativize(page) + ": " + name.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void eachDecisionIsInTheIndex() throws IOException {
        String index = Files.readString(HOME.resolve("docs/adr/README.md"));
        try (Stream<Path> decisions = Files.list(HOME.resolve("docs/adr"))) {
            assertThat(decisions
                            .map(file -> "(" + file.getFileName() + ")")
                            .filter(name -> !name.equals("(README.md)")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(index).contains(name));
        }
    }

    /** The names of all types in a folder, with their packages below it. */
    private static Set<String> names(String folder) throws IOException {
        Path root = HOME.resolve(folder);
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.endsWith(".java"))
                    .map(file ->
                            file.substring(0, file.length() - ".java".length()).replace('/', '.'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String folder : List.of("", "docs", "docs/adr", "deploy", "bench", "clients/js", "examples")) {
            try (Stream<Path> files = Files.list(HOME.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }
}
