package dev.rowhound.config;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a UTF-8 file that holds one JSON object. */
public final class JsonFile {
    /** The position at the end of a parser message; Vert.x exposes it only in the text. */
    private static final Pattern POSITION = Pattern.compile("(?s)\\R at \\[Source:.*line: (\\d+), column: (\\d+)]");

    /** Parts of parser messages that do not help the file's author. */
    private static final Pattern PARSER_DETAIL = Pattern.compile(" \\([a-z ]+ at \\[Source: .*| \\(code \\d+\\)");

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private JsonFile() {}

    /**
     * Reads an object from a file. On failure, reports a problem of {@code name}, with line and column for malformed
     * JSON, and returns null.
     */
    public static @Nullable JsonObject read(Path file, String name, Problems problems) {
        String text;
        try {
            text = text(file);
        } catch (IOException e) {
            problems.add(name, reason(file, e));
            return null;
        }
        return parse(text, name, problems);
    }

    /** Parses an object; reports anything else as a problem of {@code name} and returns null. */
    public static @Nullable JsonObject parse(String text, String name, Problems problems) {
        if (text.isBlank()) {
            problems.add(name, "is empty; it must hold a JSON object");
            return null;
        }
        try {
            if (Json.decodeValue(text) instanceof JsonObject object) {
                return object;
            }
            problems.add(name, "holds no JSON object; it must begin with { and end with }");
        } catch (DecodeException e) {
            problems.add(name, "is not JSON: " + position(String.valueOf(e.getMessage())));
        }
        return null;
    }

    /** Reads a file and strips a byte order mark. */
    static String text(Path file) throws IOException {
        String text = Files.readString(file);
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    /** Explains why a file could not be read; follows the file's name in a message. */
    static String reason(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "does not exist";
        }
        if (e instanceof AccessDeniedException) {
            return "may not be read by this user";
        }
        if (e instanceof CharacterCodingException) {
            return "is not text in UTF-8";
        }
        return Files.isDirectory(file) ? "is a folder; use a file" : "cannot be read: " + e.getMessage();
    }

    private static String position(String message) {
        Matcher matcher = POSITION.matcher(message);
        if (!matcher.find()) {
            return message;
        }
        String what =
                PARSER_DETAIL.matcher(message.substring(0, matcher.start())).replaceAll("");
        return "line " + matcher.group(1) + ", column " + matcher.group(2) + ": " + what;
    }
}
