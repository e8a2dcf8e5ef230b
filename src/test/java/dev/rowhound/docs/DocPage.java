package dev.rowhound.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The shell commands of a page, in the order in which a reader runs them. A fenced block of {@code sh} is a step; in a
 * comment above it stands what it must print, or why it is not run. A comment that begins with {@code setup} is a step
 * that readers are not shown, such as the start of the node that the page takes for granted.
 *
 * <pre>{@code
 * <!-- prints: "state":"completed" -->
 * <!-- not run: it takes three quarters of an hour -->
 * <!-- setup
 * bin/rowhound serve &
 * -->
 * }</pre>
 */
record DocPage(String name, List<Step> steps) {
    private static final Pattern PART =
            Pattern.compile("(?s)<!-- (?<mark>prints|not run): (?<text>.*?) -->|<!-- setup\n(?<setup>.*?)\n-->"
                    + "|(?m:^```(?<language>[a-z]*)$)\n(?<block>.*?)\n(?m:^```$)");

    /**
     * Commands that are run together.
     *
     * @param line where they begin in the page
     * @param shown whether readers see them
     * @param prints what their output must contain
     * @param notRun why they are not run, or null
     */
    record Step(
            int line,
            boolean shown,
            String commands,
            List<Pattern> prints,
            @Nullable String notRun) {}

    static DocPage read(Path home, String name) throws IOException {
        String text = Files.readString(home.resolve(name));
        List<Step> steps = new ArrayList<>();
        List<Pattern> prints = new ArrayList<>();
        String notRun = null;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            int line = (int) text.substring(0, part.start()).lines().count() + 1;
            if (part.group("setup") != null) {
                steps.add(new Step(line, false, part.group("setup"), List.of(), null));
            } else if ("prints".equals(part.group("mark"))) {
                prints.add(Pattern.compile(part.group("text")));
            } else if (part.group("mark") != null) {
                notRun = part.group("text");
            } else {
                if ("sh".equals(part.group("language"))) {
                    steps.add(new Step(line, true, part.group("block"), List.copyOf(prints), notRun));
                }
                prints.clear();
                notRun = null;
            }
        }
        return new DocPage(name, steps);
    }

    /** The pages that have commands. */
    static List<String> names(Path home) throws IOException {
        List<String> names = new ArrayList<>();
        for (String folder : List.of("", "docs", "deploy", "bench", "clients/js", "examples")) {
            try (var files = Files.list(home.resolve(folder))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".md"))
                        .sorted()
                        .toList()) {
                    String name = home.relativize(file).toString();
                    if (!read(home, name).steps().isEmpty()) {
                        names.add(name);
                    }
                }
            }
        }
        return names;
    }

    boolean isRun() {
        return steps.stream().anyMatch(step -> step.shown && step.notRun == null);
    }
}
