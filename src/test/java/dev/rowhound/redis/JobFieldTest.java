package dev.rowhound.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.ItemState;
import dev.rowhound.job.JobState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The scripts over a job know the fields of its record and the letters of states that Java does. */
class JobFieldTest {
    private static final Path SCRIPTS = Path.of("src/main/resources/dev/rowhound/queue");

    /** Scripts over other hashes. */
    private static final Pattern OF_OTHERS = Pattern.compile("(reply_|turns|offer|pick|refund|rest|withdraw|settle).*");

    /** What the scripts only hand on from Java to Java. */
    private static final Set<String> ONLY_JAVA = Set.of(
            "columns", "fields", "file", "header", "key_column", "recipe", "recipe_name", "recipe_version", "schedule");

    private static final Pattern CALL =
            Pattern.compile("redis\\.call\\('H\\w+', (m|KEYS\\[\\d]),((?:[^()]|\\([^()]*\\))*)\\)");
    private static final Pattern CHANGED = Pattern.compile("changed\\['([^']+)']");
    private static final Pattern WORD = Pattern.compile("'([a-z][a-z_:]*)'");

    @Test
    void scriptsUseTheFieldsOfTheCatalogue() throws IOException {
        Set<String> used = new TreeSet<>();
        for (Path script : scripts()) {
            String text = code(script);
            boolean first = !text.contains("local m");
            Matcher call = CALL.matcher(text);
            while (call.find()) {
                if (call.group(1).equals("m") || first && call.group(1).equals("KEYS[1]")) {
                    WORD.matcher(call.group(2)).results().forEach(word -> used.add(word.group(1)));
                }
            }
            CHANGED.matcher(text).results().forEach(field -> used.add(field.group(1)));
        }
        used.removeAll(Arrays.stream(JobState.values()).map(JobState::wire).collect(Collectors.toSet()));
        Set<String> known = Arrays.stream(JobField.values())
                .map(JobField::key)
                .filter(field -> !ONLY_JAVA.contains(field))
                .collect(Collectors.toCollection(TreeSet::new));
        counted().forEach(letter -> known.add(JobField.counter(letter.charAt(0))));
        assertThat(used).isEqualTo(known);
    }

    @Test
    void scriptsUseTheLettersOfStates() throws IOException {
        String shared = code(SCRIPTS.resolve("job.lua"));
        assertThat(letters(shared, "local STATES = \\{([^}]*)}")).isEqualTo(counted());
        List<String> ended = Arrays.stream(ItemState.values())
                .filter(ItemState::ended)
                .map(state -> String.valueOf(state.code()))
                .sorted()
                .toList();
        assertThat(letters(shared, "local ENDED = \\{([^}]*)}").stream().sorted())
                .containsExactlyElementsOf(ended);
        assertThat(letters(shared, "local function is_end\\(state\\)([^$]*?)end").stream()
                        .sorted())
                .containsExactlyElementsOf(ended);
    }

    @Test
    void scriptsKnowTheStatesOfJobs() throws IOException {
        Set<String> states =
                Arrays.stream(JobState.values()).map(JobState::wire).collect(Collectors.toSet());
        for (Path script : scripts()) {
            assertThat(Pattern.compile("(?:state|v\\[1]) [=~]= '(\\w\\w+)'")
                            .matcher(code(script))
                            .results()
                            .map(state -> state.group(1)))
                    .as(script.toString())
                    .isSubsetOf(states);
        }
    }

    private static List<String> counted() {
        return Arrays.stream(ItemState.values())
                .filter(state -> state != ItemState.WAITING)
                .map(state -> String.valueOf(state.code()))
                .toList();
    }

    private static List<String> letters(String text, String within) {
        Matcher list = Pattern.compile(within).matcher(text);
        assertThat(list.find()).as(within).isTrue();
        return Pattern.compile("'(\\w)'")
                .matcher(list.group(1))
                .results()
                .map(letter -> letter.group(1))
                .toList();
    }

    private static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            return files.filter(file ->
                            !OF_OTHERS.matcher(file.getFileName().toString()).matches())
                    .toList();
        }
    }

    private static String code(Path script) {
        try {
            return Files.readString(script).replaceAll("(?m)^\\s*--.*$", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
