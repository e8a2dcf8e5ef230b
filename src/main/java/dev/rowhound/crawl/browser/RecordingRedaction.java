package dev.rowhound.crawl.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.apache.commons.io.function.IOConsumer;

/**
 * Redacts cookies, credentials, tokens, stored state and request bodies from a HAR or a trace, which everyone who may
 * see the job may fetch. Collects the sensitive values first, then replaces them wherever they occur. Keeps only those
 * resources of a trace that draw its snapshots, since bodies cannot be searched reliably.
 */
final class RecordingRedaction {
    /** A larger recording is dropped; without bodies, even long visits stay far below. */
    private static final long MAX_JSON_BYTES = 64L << 20;

    /** The limit of a trace's unpacked files together. */
    private static final long MAX_TRACE_BYTES = 256L << 20;

    /** A recording with more values to replace is dropped. */
    private static final int MAX_VALUES = 5_000;

    /** Shorter values are only removed where they are named, as they would match unrelated text. */
    private static final int MIN_VALUE_CHARS = 6;

    /** Of longer values, such as documents in a page's storage, only the beginning is searched for. */
    private static final int MAX_VALUE_CHARS = 4_096;

    /** Deeper nesting would exhaust the stack. */
    private static final int MAX_DEPTH = 1_000;

    private static final String REDACTED = "•••";

    /** Names of headers, parameters and stored entries with sensitive values. */
    private static final Pattern SENSITIVE = Pattern.compile(
            "cookie|authori[sz]ation|authenticat|token|session|secret|passw|credential|api[-_]?key|[cx]srf|(?:^|[-_])s?sid$",
            Pattern.CASE_INSENSITIVE);

    /** Sensitive parts of a URL: credentials before the host, and parameters with such names. */
    private static final Pattern IN_URL = Pattern.compile(
            "(?<=//)[^/?#@\\s\"'<>]{1,512}+(?=@)"
                    + "|(?<=[?&;](?:jsessionid|phpsessid|sessionid|session|sid|access_token|id_token|refresh_token|token"
                    + "|auth|password|secret|api_key|apikey|csrf)=)[^&;#\\s\"'<>]++",
            Pattern.CASE_INSENSITIVE);

    /** JSON members that are removed as a whole, such as a context's stored state. */
    private static final Set<String> REMOVED = Set.of(
            "storageState",
            "origins",
            "localStorage",
            "httpCredentials",
            "extraHTTPHeaders",
            "clientCertificates",
            "proxy",
            "postData",
            "_webSocketMessages");

    private static final String COOKIES = "cookies";

    /** The files of a trace with one JSON document a line. */
    private static final Pattern JSON_LINES_FILE = Pattern.compile("[A-Za-z0-9-]+\\.(?:trace|network|stacks)");

    /** The resources that snapshots need. */
    private static final Pattern RENDERING_RESOURCE = Pattern.compile(
            "resources/[^/]+\\.(?:css|png|jpe?g|gif|webp|ico|woff2?|ttf|otf)", Pattern.CASE_INSENSITIVE);

    private final UnaryOperator<String> secrets;
    private final Set<String> values = new HashSet<>();
    private Pattern known = Pattern.compile("(?!)");

    private RecordingRedaction(UnaryOperator<String> secrets) {
        this.secrets = secrets;
    }

    /**
     * Redacts a HAR.
     *
     * @param secrets removes the deployment's secrets from a text
     * @throws IOException if it is too large or not valid; it must not be kept then
     */
    static byte[] har(Path file, UnaryOperator<String> secrets) throws IOException {
        if (Files.size(file) > MAX_JSON_BYTES) {
            throw new IOException("it is larger than " + MAX_JSON_BYTES + " bytes");
        }
        RecordingRedaction redaction = new RecordingRedaction(secrets);
        JsonElement har = parse(Files.readString(file));
        redaction.collect(har);
        redaction.prepare();
        return redaction.redacted(har).toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Redacts a trace; Playwright's viewer still opens it.
     *
     * @param secrets removes the deployment's secrets from a text
     * @throws IOException if it is too large or not valid; it must not be kept then
     */
    static byte[] trace(Path file, UnaryOperator<String> secrets) throws IOException {
        RecordingRedaction redaction = new RecordingRedaction(secrets);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipFile in = new ZipFile(file.toFile())) {
            List<? extends ZipEntry> entries = in.stream().toList();
            if (entries.stream().mapToLong(ZipEntry::getSize).sum() > MAX_TRACE_BYTES) {
                throw new IOException("it is larger than " + MAX_TRACE_BYTES + " bytes");
            }
            for (ZipEntry entry : entries) {
                if (JSON_LINES_FILE.matcher(entry.getName()).matches()) {
                    eachLine(in, entry, line -> redaction.collect(parse(line)));
                }
            }
            redaction.prepare();
            try (ZipOutputStream zip = new ZipOutputStream(out)) {
                for (ZipEntry entry : entries) {
                    redaction.copy(in, entry, zip);
                }
            }
        }
        return out.toByteArray();
    }

    private void copy(ZipFile in, ZipEntry entry, ZipOutputStream out) throws IOException {
        String name = entry.getName();
        if (JSON_LINES_FILE.matcher(name).matches()) {
            out.putNextEntry(new ZipEntry(name));
            eachLine(in, entry, line -> {
                out.write(redacted(parse(line)).toString().getBytes(StandardCharsets.UTF_8));
                out.write('\n');
            });
            out.closeEntry();
        } else if (RENDERING_RESOURCE.matcher(name).matches()) {
            out.putNextEntry(new ZipEntry(name));
            try (InputStream body = in.getInputStream(entry)) {
                if (name.endsWith(".css")) {
                    // ISO 8859-1 maps bytes to characters one to one, and both values and replacement are ASCII.
                    String text = new String(body.readAllBytes(), StandardCharsets.ISO_8859_1);
                    out.write(known.matcher(text).replaceAll("x").getBytes(StandardCharsets.ISO_8859_1));
                } else {
                    body.transferTo(out);
                }
            }
            out.closeEntry();
        }
    }

    private static void eachLine(ZipFile in, ZipEntry entry, IOConsumer<String> taker) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(in.getInputStream(entry), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank()) {
                    taker.accept(line);
                }
            }
        }
    }

    private static JsonElement parse(String json) throws IOException {
        JsonReader reader = new JsonReader(new StringReader(json));
        reader.setNestingLimit(MAX_DEPTH);
        try {
            JsonElement read = JsonParser.parseReader(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new JsonParseException("it has trailing data");
            }
            return read;
        } catch (JsonParseException e) {
            throw new IOException("it is not the expected JSON", e);
        }
    }

    /** Collects the values to replace. */
    private void collect(JsonElement json) {
        if (json instanceof JsonArray array) {
            array.forEach(this::collect);
        } else if (json instanceof JsonObject object) {
            named(object).ifSensitive(this::note);
            for (Map.Entry<String, JsonElement> member : object.entrySet()) {
                boolean stored =
                        member.getKey().equals(COOKIES) || member.getKey().equals("localStorage");
                if (stored && member.getValue() instanceof JsonArray entries) {
                    entries.forEach(entry -> {
                        if (entry instanceof JsonObject pair) {
                            note(named(pair).value);
                        }
                    });
                }
                collect(member.getValue());
            }
        }
    }

    /** A header, parameter, cookie or stored entry; empty if the object is none of these. */
    private record Named(String name, String value) {
        void ifSensitive(Consumer<String> taker) {
            if (!SENSITIVE.matcher(name).find()) {
                return;
            }
            switch (name.toLowerCase(Locale.ROOT)) {
                case "set-cookie" -> value.lines().forEach(line -> taker.accept(after(line.split(";", 2)[0], '=')));
                case "cookie" -> {
                    for (String pair : value.split(";")) {
                        taker.accept(after(pair, '='));
                    }
                }
                case "authorization", "proxy-authorization" -> taker.accept(after(value, ' '));
                default -> taker.accept(value);
            }
        }

        private static String after(String text, char separator) {
            return text.substring(text.indexOf(separator) + 1).strip();
        }
    }

    private static Named named(JsonObject object) {
        return new Named(text(object, "name"), text(object, "value"));
    }

    private static String text(JsonObject object, String key) {
        return object.get(key) instanceof JsonPrimitive primitive && primitive.isString()
                ? primitive.getAsString()
                : "";
    }

    private void note(String value) {
        String prefix = value.length() > MAX_VALUE_CHARS ? value.substring(0, MAX_VALUE_CHARS) : value;
        if (prefix.length() < MIN_VALUE_CHARS) {
            return;
        }
        values.add(prefix);
        values.add(URLEncoder.encode(prefix, StandardCharsets.UTF_8));
        try {
            values.add(URLDecoder.decode(prefix, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // The value is not URL-encoded.
        }
    }

    private void prepare() throws IOException {
        values.removeIf(value -> value.length() < MIN_VALUE_CHARS);
        if (values.size() > MAX_VALUES) {
            throw new IOException("it holds more than " + MAX_VALUES + " values to remove");
        }
        if (!values.isEmpty()) {
            // Longest first, so that no alternative matches only the beginning of another.
            known = Pattern.compile(values.stream()
                    .sorted(Comparator.comparingInt(String::length).reversed())
                    .map(Pattern::quote)
                    .collect(Collectors.joining("|")));
        }
    }

    private JsonElement redacted(JsonElement json) {
        if (json instanceof JsonArray array) {
            JsonArray copy = new JsonArray();
            boolean hidden = isHiddenInput(array);
            for (JsonElement element : array) {
                JsonElement clean = redacted(element);
                if (hidden && clean instanceof JsonObject attributes) {
                    attributes.entrySet().stream()
                            .filter(attribute -> attribute.getKey().contains("value"))
                            .forEach(attribute -> attribute.setValue(new JsonPrimitive(REDACTED)));
                }
                copy.add(clean);
            }
            return copy;
        }
        if (json instanceof JsonObject object) {
            JsonObject copy = new JsonObject();
            boolean sensitive = SENSITIVE.matcher(text(object, "name")).find();
            for (Map.Entry<String, JsonElement> member : object.entrySet()) {
                String key = member.getKey();
                if (key.equals(COOKIES)) {
                    copy.add(key, new JsonArray());
                } else if (sensitive && key.equals("value")) {
                    copy.addProperty(key, REDACTED);
                } else if (!REMOVED.contains(key)) {
                    copy.add(key, redacted(member.getValue()));
                }
            }
            return copy;
        }
        return json instanceof JsonPrimitive primitive && primitive.isString()
                ? new JsonPrimitive(redacted(primitive.getAsString()))
                : json;
    }

    private String redacted(String text) {
        String clean = known.matcher(secrets.apply(text)).replaceAll(REDACTED);
        return IN_URL.matcher(clean).replaceAll(Matcher.quoteReplacement(REDACTED));
    }

    /**
     * Returns whether the array is an input element of a snapshot whose value is invisible on the page: {@code
     * ["INPUT",{…},…]}.
     */
    private static boolean isHiddenInput(JsonArray array) {
        return array.size() > 1
                && array.get(0) instanceof JsonPrimitive tag
                && tag.isString()
                && tag.getAsString().equalsIgnoreCase("input")
                && array.get(1) instanceof JsonObject attributes
                && text(attributes, "type").toLowerCase(Locale.ROOT).matches("hidden|password");
    }
}
