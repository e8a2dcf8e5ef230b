package dev.rowhound.crawl.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Determines a page's encoding as browsers do: by byte order mark, header, and {@code meta} element, in this order. */
final class Charsets {
    private static final Pattern IN_HEADER = Pattern.compile("(?i)charset\\s*=\\s*[\"']?([^\\s\"';]+)");

    private static final Pattern IN_PAGE =
            Pattern.compile("(?is)<meta\\b[^>]*?\\bcharset\\s*=\\s*[\"']?\\s*([^\\s\"'/>;]+)");

    private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?(?:-->|$)");

    /** The HTML standard's prescan limit for the {@code meta} element. */
    private static final int PRESCAN_BYTES = 1024;

    /** Labels that the Encoding Standard maps to a superset. */
    private static final Map<String, String> SUPERSETS = Map.ofEntries(
            Map.entry("ascii", "windows-1252"),
            Map.entry("us-ascii", "windows-1252"),
            Map.entry("iso-8859-1", "windows-1252"),
            Map.entry("latin1", "windows-1252"),
            Map.entry("iso_8859-1", "windows-1252"),
            Map.entry("iso-8859-9", "windows-1254"),
            Map.entry("latin5", "windows-1254"),
            Map.entry("iso-8859-11", "windows-874"),
            Map.entry("tis-620", "windows-874"),
            Map.entry("gb2312", "GB18030"),
            Map.entry("gbk", "GB18030"),
            Map.entry("x-gbk", "GB18030"),
            Map.entry("ks_c_5601-1987", "windows-949"),
            Map.entry("euc-kr", "windows-949"),
            Map.entry("shift_jis", "windows-31j"),
            Map.entry("sjis", "windows-31j"),
            Map.entry("x-sjis", "windows-31j"),
            Map.entry("unicode", "UTF-16LE"),
            Map.entry("utf-16", "UTF-16LE"),
            Map.entry("x-cp1258", "windows-1258"),
            Map.entry("x-cp1252", "windows-1252"),
            Map.entry("utf8", "UTF-8"));

    private Charsets() {}

    /** Decodes the body of a page. */
    static String decode(byte[] body, @Nullable String contentType) {
        int mark = markLength(body);
        Charset charset = mark > 0
                ? marked(body)
                : inHeader(contentType).or(() -> inPage(body)).orElseGet(() -> guess(body));
        return new String(body, mark, body.length - mark, charset);
    }

    private static int markLength(byte[] body) {
        if (starts(body, 0xef, 0xbb, 0xbf)) {
            return 3;
        }
        return starts(body, 0xfe, 0xff) || starts(body, 0xff, 0xfe) ? 2 : 0;
    }

    private static Charset marked(byte[] body) {
        if (starts(body, 0xef, 0xbb, 0xbf)) {
            return StandardCharsets.UTF_8;
        }
        return starts(body, 0xfe, 0xff) ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    }

    private static boolean starts(byte[] body, int... mark) {
        if (body.length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((body[i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static Optional<Charset> inHeader(@Nullable String contentType) {
        Matcher named = IN_HEADER.matcher(contentType == null ? "" : contentType);
        return named.find() ? named(named.group(1)) : Optional.empty();
    }

    private static Optional<Charset> inPage(byte[] body) {
        String head = new String(body, 0, Math.min(body.length, PRESCAN_BYTES), StandardCharsets.ISO_8859_1);
        Matcher named = IN_PAGE.matcher(COMMENT.matcher(head).replaceAll(""));
        if (!named.find()) {
            return Optional.empty();
        }
        // A declaration that was readable as ASCII cannot be in UTF-16.
        return named(named.group(1))
                .map(charset -> charset.name().startsWith("UTF-16") ? StandardCharsets.UTF_8 : charset);
    }

    private static Optional<Charset> named(String name) {
        String known = name.toLowerCase(Locale.ROOT);
        try {
            return Optional.of(Charset.forName(SUPERSETS.getOrDefault(known, known)));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return Optional.empty();
        }
    }

    /** Returns UTF-8 if the body is valid UTF-8, else the browsers' fallback. */
    private static Charset guess(byte[] body) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException e) {
            return named("windows-1252").orElse(StandardCharsets.ISO_8859_1);
        }
    }
}
