package dev.rowhound.net;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The host of a URL as limits and results name it: in lower case, with the port unless it is the scheme's default, such
 * as {@code example.org} or {@code example.org:8443}.
 */
public final class HostOf {
    /** Scheme and authority; the path of a URI template may begin with an expression. */
    private static final Pattern START =
            Pattern.compile("(?i)(https?://(?:[^/?#\\\\{]|\\{(?![/?#]))*+).*", Pattern.DOTALL);

    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.[0-9]+){3}|\\[::1])(:[0-9]+)?");

    private HostOf() {}

    /** Returns the host of an absolute http or https URL, or the empty string for anything else. */
    public static String address(String address) {
        return WebAddress.parse(address)
                .map(WebAddress::authority)
                .filter(host -> host.indexOf('{') < 0)
                .orElse("");
    }

    /** Returns the host that all expansions of the URI template share, or the empty string if it varies. */
    public static String template(String template) {
        Matcher start = START.matcher(template);
        boolean fixed =
                start.matches() && start.group(1).indexOf('{') < 0 && !authorityContinues(template, start.end(1));
        return fixed ? address(start.group(1)) : "";
    }

    /** Returns whether the text is a host as this class spells it, for either scheme. */
    public static boolean isHost(String text) {
        return Stream.of("https://", "http://")
                .anyMatch(scheme -> address(scheme + text + "/").equals(text));
    }

    /** Returns whether the host is this machine. */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** Returns whether the text after an expression extends the authority; an expression may expand to nothing. */
    private static boolean authorityContinues(String template, int end) {
        String rest = template.substring(end);
        while (rest.startsWith("{")) {
            int close = rest.indexOf('}');
            rest = close < 0 ? "" : rest.substring(close + 1);
        }
        return !rest.isEmpty() && "/?#".indexOf(rest.charAt(0)) < 0;
    }
}
