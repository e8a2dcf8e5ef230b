package dev.rowhound.net;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A whole address of the web, taken apart as browsers do it: white space around it is ignored, a backslash counts as a
 * slash, and the host comes after the last {@code @}.
 *
 * @param secure whether it is {@code https}
 * @param host the host in the one spelling of {@link HostName}
 * @param port the port, the scheme's own where none is written
 * @param target path and query, at least a slash
 */
public record WebAddress(boolean secure, String host, int port, String target) {
    private static final Pattern WEB =
            Pattern.compile("(?i)(https?):[/\\\\]{2}([^/\\\\?#]*)([^#]*)(?:#.*)?", Pattern.DOTALL);

    private static final Pattern SCHEME = Pattern.compile("(?i)([a-z][a-z0-9+.-]*):.*", Pattern.DOTALL);

    private static final Pattern AUTHORITY = Pattern.compile("(?:.*@)?(\\[[^\\]]*]|[^:@]*)(?::([0-9]{0,5}))?");

    private static final Pattern LINE_ENDS = Pattern.compile("[\\t\\r\\n]+");

    /** The longest address, in characters: more than any server takes. */
    private static final int MAX_CHARS = 64 << 10;

    /** Whether what is written is longer than any address. */
    static boolean isTooLong(String url) {
        return url.length() > MAX_CHARS;
    }

    /** What is written, without what browsers ignore in an address. */
    static String written(String url) {
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

    /** Takes it apart; empty for whatever is no address of the web. */
    public static Optional<WebAddress> parse(String url) {
        if (isTooLong(url)) {
            return Optional.empty();
        }
        Matcher web = WEB.matcher(written(url));
        Matcher authority = web.matches() ? AUTHORITY.matcher(web.group(2)) : null;
        if (authority == null || !authority.matches()) {
            return Optional.empty();
        }
        boolean secure = web.group(1).equalsIgnoreCase("https");
        String portText = authority.group(2);
        int port = portText == null || portText.isEmpty() ? usualPort(secure) : Integer.parseInt(portText);
        String target = target(web.group(3));
        return HostName.parse(authority.group(1))
                .filter(host -> port > 0 && port <= 65535)
                .map(host -> new WebAddress(secure, host.text(), port, target));
    }

    /** As it goes over the wire: what would end the line of the request, or is no ASCII, is escaped. */
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
     * Why a look-up may not begin at that address, or empty where it may: its scheme is neither {@code http} nor
     * {@code https}, or it names no host. Chromium by itself refuses that a page leads to {@code file:}, or a whole
     * window to {@code data:}; what a program tells it to open it opens, so the start is checked here. {@code ftp:} it
     * has forgotten. Which host it is does not count here: that is the browser's proxy's affair.
     */
    public static Optional<String> refusal(String url) {
        if (parse(url).isPresent()) {
            return Optional.empty();
        }
        Matcher scheme = SCHEME.matcher(url.strip());
        if (!scheme.matches()) {
            return Optional.of("The address is not a whole one; it must begin with http:// or https://");
        }
        String name = scheme.group(1).toLowerCase(Locale.ROOT);
        return Optional.of(
                name.equals("http") || name.equals("https")
                        ? "The address names no host that can be asked"
                        : "Addresses of the scheme " + name + ": are not opened, only http: and https:");
    }

    /** The address without its path, such as {@code https://example.org:8443}. */
    public String origin() {
        return (secure ? "https://" : "http://") + authority();
    }

    /** Host, and port where it is not the scheme's own: what stands in a {@code Host} header. */
    public String authority() {
        return port == usualPort(secure) ? host : host + ":" + port;
    }

    private static int usualPort(boolean secure) {
        return secure ? 443 : 80;
    }
}
