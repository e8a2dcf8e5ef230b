package dev.rowhound.cli.recipe;

import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.Terminal;
import dev.rowhound.job.ItemState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Prints the results of a try-out and writes its files. */
final class TrialReport {
    private static final Set<String> ANSWERED = Set.of(ItemState.FOUND.wire(), ItemState.NOT_FOUND.wire());
    private static final int MAX_NAME_CHARS = 40;
    private static final int MAX_BAR_COLUMNS = 20;
    private static final int MIN_NAME_COLUMN = 10;

    private final Terminal terminal;
    private final Path folder;
    private final boolean asJson;
    private final JsonArray all = new JsonArray();

    /**
     * @param folder the folder for files, created with the first one
     * @param asJson whether to print JSON
     */
    TrialReport(Terminal terminal, Path folder, boolean asJson) {
        this.terminal = terminal;
        this.folder = folder;
        this.asJson = asJson;
    }

    /**
     * Prints the result of a key.
     *
     * @param number the number of the key, from 1
     * @return whether the key was found or not found
     */
    boolean print(int number, JsonObject trial) {
        List<Path> files = save(number, trial);
        if (asJson) {
            all.add(trial);
        } else {
            block(trial, files).forEach(terminal::println);
        }
        return ANSWERED.contains(trial.getString("state"));
    }

    /** Prints the JSON document, if requested. */
    void end() {
        if (asJson) {
            terminal.println(new JsonObject().put("trials", all).encodePrettily());
        }
    }

    /** Writes the files of a trial and replaces their contents in the record by the paths. */
    private List<Path> save(int number, JsonObject trial) {
        List<Path> files = new ArrayList<>();
        for (Object element : trial.getJsonArray("evidence", new JsonArray())) {
            JsonObject kept = (JsonObject) element;
            String content = kept.getString("base64");
            if (content == null) {
                continue;
            }
            Path file = folder.resolve(
                    number + "-" + fileName(trial.getString("key")) + "-" + fileName(kept.getString("name")));
            try {
                Files.createDirectories(folder);
                Files.write(file, Base64.getDecoder().decode(content));
            } catch (IOException e) {
                throw new CommandFailure(file + " cannot be written: " + CommandFailure.sentence(e));
            }
            kept.remove("base64");
            kept.put("file", file.toString());
            files.add(file);
        }
        return files;
    }

    /** Replaces the characters that a file name should not contain. */
    private static String fileName(String text) {
        String name = text.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.+", "_");
        return name.length() <= MAX_NAME_CHARS ? name : name.substring(0, MAX_NAME_CHARS);
    }

    private List<String> block(JsonObject trial, List<Path> files) {
        List<String> lines = new ArrayList<>();
        JsonObject visit = trial.getJsonObject("visit");
        JsonArray steps = visit == null ? new JsonArray() : visit.getJsonArray("steps");
        long millis = steps.stream()
                .mapToLong(step -> ((JsonObject) step).getLong("ms"))
                .sum();
        lines.add(trial.getString("key") + "  " + trial.getString("state").replace('_', ' ')
                + (steps.isEmpty() ? "" : "  " + millis + " ms"));
        JsonObject error = trial.getJsonObject("error");
        if (error != null) {
            String step = error.getString("step");
            lines.add("  " + error.getString("code") + (step == null ? "" : " at " + step) + ": "
                    + error.getString("message"));
        }
        JsonObject fields = trial.getJsonObject("fields");
        int width = Math.max(
                MIN_NAME_COLUMN,
                fields.fieldNames().stream().mapToInt(String::length).max().orElse(0));
        fields.forEach(field -> lines.add(row(width, field.getKey(), String.valueOf(field.getValue()))));
        if (visit != null) {
            String url = visit.getString("url");
            if (url != null) {
                int status = visit.getInteger("status", 0);
                lines.add(row(width, "page", url + (status == 0 ? "" : " (HTTP " + status + ")")));
            }
            visit.getJsonArray("console").forEach(message -> lines.add(row(width, "console", String.valueOf(message))));
            steps.forEach(step -> lines.add(step(width, (JsonObject) step, millis)));
        }
        files.forEach(file -> lines.add(row(width, "file", file.toString())));
        lines.add("");
        return lines;
    }

    private static String row(int width, String name, String value) {
        return "  " + pad(name, width) + "  " + value.replaceAll("\\p{Cntrl}+", " ");
    }

    private String step(int width, JsonObject step, long total) {
        long millis = step.getLong("ms");
        int bar = total == 0 ? 0 : (int) (millis * MAX_BAR_COLUMNS / total);
        String line = String.format(Locale.ROOT, "%7d ms  %s", millis, (terminal.blocks() ? "█" : "#").repeat(bar));
        return "  " + pad(step.getString("step"), width) + line.stripTrailing();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
