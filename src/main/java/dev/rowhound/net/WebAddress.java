package dev.rowhound.net;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An absolute http or https URL, parsed as browsers do: surrounding white space is ignored, a backslash counts as a
 * slash, and the host follows the last {@code @}.
 *
 * @param secure whether the scheme is {@code https}
 * @param host the canonical form of {@link HostName}
 * @param port the port, or the scheme's default
 * @param target path and query, at least {@code /}
 */
public record WebAddress(boolean secure, String host, int port, String target) {
    private static final Pattern WEB =
            Pattern.compile("(?i)(https?):[/\\\\]{2}([^/\\\\?#]*)([^#]*)(?:#.*)?", Pattern.DOTALL);

    private static final Pattern SCHEME = Pattern.compile("(?i)([a-z][a-z0-9+.-]*):.*", Pattern.DOTALL);

    private static final Pattern AUTHORITY = Pattern.compile("(?:.*@)?(\\[[^\\]]*]|[^:@]*)(?::([0-9]{0,5}))?");

    private static final Pattern LINE_ENDS = Pattern.compile("[\\t\\r\\n]+");

    /** Maximum length of a URL; no server accepts more. */
    private static final int MAX_CHARS = 64 << 10;

    static boolean isTooLong(String url) {
        return url.length() > MAX_CHARS;
    }

    /** Removes the characters that browsers ignore: surrounding white space, and line ends and tabs anywhere. */
    static String stripped(String url) {
        int from = 0;
        int to = url.length();
        while (from < to && url.charAt(from) <= ' ') {
            from++;
        }
        while (to > from && url.charAt(to - 1) <= ' ') {
            to--;
        }
        return LINE_ENDS.matcher(url.substring(from, to)).replaceAll("");
    }

    /** Parses a URL; empty if it is not an absolute http or https URL with a valid host and port. */
    public static Optional<WebAddress> parse(String url) {
        if (isTooLong(url)) {
            return Optional.empty();
        }
        Matcher web = WEB.matcher(stripped(url));
        Matcher authority = web.matches() ? AUTHORITY.matcher(web.group(2)) : null;
        if (authority == null || !authority.matches()) {
            return Optional.empty();
        }
        boolean secure = web.group(1).equalsIgnoreCase("https");
        String portText = authority.group(2);
        int port = portText == null || portText.isEmpty() ? defaultPort(secure) : Integer.parseInt(portText);
        String target = target(web.group(3));
        return HostName.parse(authority.group(1))
                .filter(host -> port > 0 && port <= 65535)
                .map(host -> new WebAddress(secure, host.text(), port, target));
    }

    /** Returns the request target: non-ASCII bytes, spaces and control characters are percent-encoded. */
    private static String target(String written) {
        int query = written.indexOf('?');
        String path = (query < 0 ? written : written.substring(0, query)).replace('\\', '/');
        StringBuilder target = new StringBuilder(path.startsWith("/") ? "" : "/");
        for (byte octet : (path + (query < 0 ? "" : written.substring(query))).getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7f) {
                target.append((char) octet);
            } else {
                target.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return target.toString();
    }

    /**
     * Returns why a look-up may not start at the URL, or empty if it may: the scheme is neither {@code http} nor
     * {@code https}, or the host is missing. Chromium itself keeps pages from navigating to {@code file:}, and windows
     * to {@code data:}, but opens whatever a program requests, so the start URL is checked here. The browser's proxy
     * checks the address of the host.
     */
    public static Optional<String> refusal(String url) {
        if (parse(url).isPresent()) {
            return Optional.empty();
        }
        Matcher scheme = SCHEME.matcher(url.strip());
        if (!scheme.matches()) {
            return Optional.of("The URL is incomplete; it must begin with http:// or https://");
        }
        String name = scheme.group(1).toLowerCase(Locale.ROOT);
        return Optional.of(
                name.equals("http") || name.equals("https")
                        ? "The URL has no valid host"
                        : "URLs with the scheme " + name + ": are not supported, only http: and https:");
    }

    /** Returns scheme and authority, such as {@code https://example.org:8443}. */
    public String origin() {
        return (secure ? "https://" : "http://") + authority();
    }

    /** Returns the value of a {@code Host} header: the host, and the port unless it is the scheme's default. */
    public String authority() {
        return port == defaultPort(secure) ? host : host + ":" + port;
    }

    private static int defaultPort(boolean secure) {
        return secure ? 443 : 80;
    }
}
