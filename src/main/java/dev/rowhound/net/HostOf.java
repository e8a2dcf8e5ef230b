package dev.rowhound.net;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The host that an address leads to, as limits and results name it: in small letters, with the port where it is not the
 * scheme's own, such as {@code example.org} or {@code example.org:8443}.
 */
public final class HostOf {
    /** Scheme and authority; the path of a template may begin with an expression. */
    private static final Pattern START =
            Pattern.compile("(?i)(https?://(?:[^/?#\\\\{]|\\{(?![/?#]))*+).*", Pattern.DOTALL);

    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.[0-9]+){3}|\\[::1])(:[0-9]+)?");

    private HostOf() {}

    /** The host of a whole address of the web, or the empty string where it is none. */
    public static String address(String address) {
        return WebAddress.parse(address)
                .map(WebAddress::authority)
                .filter(host -> host.indexOf('{') < 0)
                .orElse("");
    }

    /** The host of every address that the URI template can give, or the empty string where it varies. */
    public static String template(String template) {
        Matcher start = START.matcher(template);
        boolean fixed = start.matches() && start.group(1).indexOf('{') < 0 && !goesOn(template, start.end(1));
        return fixed ? address(start.group(1)) : "";
    }

    /** Whether the text is a host as this class spells it, by either scheme. */
    public static boolean isHost(String text) {
        return Stream.of("https://", "http://")
                .anyMatch(scheme -> address(scheme + text + "/").equals(text));
    }

    /** Whether the host is one of the machine that asks. */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** An expression that may be empty can put what follows it into the authority. */
    private static boolean goesOn(String template, int end) {
        String rest = template.substring(end);
        while (rest.startsWith("{")) {
            int close = rest.indexOf('}');
            rest = close < 0 ? "" : rest.substring(close + 1);
        }
        return !rest.isEmpty() && "/?#".indexOf(rest.charAt(0)) < 0;
    }
}
