package dev.rowhound.net;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resolves links of a page to absolute URLs, as browsers do. */
public final class WebLink {
    /** Scheme, authority, path, query and fragment, each optional: RFC 3986, appendix B. */
    private static final Pattern PARTS =
            Pattern.compile("(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(\\?[^#]*)?(#.*)?", Pattern.DOTALL);

    private static final Pattern AUTHORITY = Pattern.compile("((?:.*@)?)(\\[[0-9a-fA-F:.]+]|[^:@\\[\\]]+)(?::(\\d*))?");

    private static final String ILLEGAL_IN_PATH = " \"<>`{}^|";
    private static final String ILLEGAL_IN_QUERY = " \"<>'";

    private WebLink() {}

    /**
     * Resolves a link against a base URL; empty unless the result is an http or https URL with a valid host.
     *
     * @param base the absolute base URL; empty to accept absolute links only
     */
    public static Optional<String> resolve(String base, String link) {
        if (WebAddress.isTooLong(link)) {
            return Optional.empty();
        }
        Matcher to = parts(link);
        String scheme = to.group(1) == null ? "" : to.group(1).toLowerCase(Locale.ROOT);
        Matcher from = parts(base);
        String baseScheme = from.group(1) == null ? "" : from.group(1).toLowerCase(Locale.ROOT);
        boolean whole = !scheme.isEmpty() && (to.group(2) != null || !scheme.equals(baseScheme));
        if (scheme.isEmpty()) {
            scheme = baseScheme;
        }
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return Optional.empty();
        }
        String authority = to.group(2);
        String path = to.group(3);
        String query = to.group(4) == null ? "" : to.group(4);
        if (authority == null) {
            if (whole || from.group(2) == null) {
                return Optional.empty();
            }
            authority = from.group(2);
            if (path.isEmpty()) {
                path = from.group(3);
                query = to.group(4) == null && from.group(4) != null ? from.group(4) : query;
            } else if (!path.startsWith("/")) {
                path = from.group(3).substring(0, from.group(3).lastIndexOf('/') + 1) + path;
            }
        }
        String fragment = to.group(5) == null ? "" : to.group(5);
        String finalScheme = scheme;
        String rest = encode(withoutDots(path), ILLEGAL_IN_PATH)
                + encode(query, ILLEGAL_IN_QUERY)
                + encode(fragment, ILLEGAL_IN_QUERY);
        return host(scheme, authority).map(host -> finalScheme + "://" + host + rest);
    }

    /** Removes the fragment: URLs that differ only in it lead to the same page. */
    public static String page(String address) {
        int fragment = address.indexOf('#');
        return fragment < 0 ? address : address.substring(0, fragment);
    }

    private static Matcher parts(String link) {
        String text = WebAddress.stripped(link);
        int end = text.length();
        for (char delimiter : new char[] {'?', '#'}) {
            int at = text.indexOf(delimiter);
            end = at < 0 ? end : Math.min(end, at);
        }
        Matcher parts = PARTS.matcher(text.substring(0, end).replace('\\', '/') + text.substring(end));
        if (!parts.matches()) {
            throw new IllegalStateException("every text has these parts");
        }
        return parts;
    }

    private static Optional<String> host(String scheme, String authority) {
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String port = parts.group(3) == null ? "" : parts.group(3);
        boolean usual = port.isEmpty() || port.equals(scheme.equals("https") ? "443" : "80");
        return HostName.parse(parts.group(2)).map(host -> parts.group(1) + host.text() + (usual ? "" : ":" + port));
    }

    /** Resolves {@code .} and {@code ..} segments; the result begins with a slash. */
    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.replaceFirst("^/", "").split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String plain = segments[i].replaceAll("(?i)%2e", ".");
            boolean last = i == segments.length - 1;
            if (plain.equals("..")) {
                kept.pollLast();
            }
            if (!plain.equals("..") && !plain.equals(".")) {
                kept.addLast(segments[i]);
            } else if (last) {
                kept.addLast("");
            }
        }
        return "/" + String.join("/", kept);
    }

    private static String encode(String text, String illegal) {
        StringBuilder encoded = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c > 0x20 && c < 0x7f && illegal.indexOf(c) < 0) {
                encoded.appendCodePoint(c);
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('%').append(String.format(Locale.ROOT, "%02X", b & 0xff));
                }
            }
        });
        return encoded.toString();
    }
}
