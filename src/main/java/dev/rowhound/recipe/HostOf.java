package dev.rowhound.recipe;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host that an address leads to, as limits and results name it: in small letters, with the port where it is not the
 * scheme's own, such as {@code example.org} or {@code example.org:8443}.
 */
public final class HostOf {
    /** Scheme, then authority; the path of a template may begin with an expression. */
    private static final Pattern START =
            Pattern.compile("(?i)(https?)://((?:[^/?#\\\\{]|\\{(?![/?#]))*+).*", Pattern.DOTALL);

    private static final Pattern AUTHORITY = Pattern.compile("(?:[^@]*@)*+(\\[[^\\]]*]|[^:@]*)(?::([0-9]*))?");

    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.[0-9]+){3}|\\[::1])(:[0-9]+)?");

    /** Longer than any host; its spelling for the DNS takes the square of its length. */
    private static final int MAX_CHARS = 1_000;

    private HostOf() {}

    /** The host of a whole address of the web, or the empty string where it is none. */
    public static String address(String address) {
        Matcher start = START.matcher(address);
        return start.matches() && start.group(2).indexOf('{') < 0 ? host(start.group(1), start.group(2)) : "";
    }

    /** The host of every address that the URI template can give, or the empty string where it varies. */
    static String template(String template) {
        Matcher start = START.matcher(template);
        return start.matches() && start.group(2).indexOf('{') < 0 && !goesOn(template, start.end(2))
                ? host(start.group(1), start.group(2))
                : "";
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

    /** Browsers ask for one and the same host whether its name is written in its own letters or with a dot behind it. */
    private static String ascii(String name) {
        String bare = name.length() > 1 && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        try {
            return IDN.toASCII(bare).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return bare;
        }
    }

    private static String host(String scheme, String authority) {
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches() || parts.group(1).isEmpty() || parts.group(1).length() > MAX_CHARS) {
            return "";
        }
        String host = ascii(parts.group(1).toLowerCase(Locale.ROOT));
        String port = parts.group(2);
        String usual = scheme.equalsIgnoreCase("https") ? "443" : "80";
        return port == null || port.isEmpty() || port.equals(usual) ? host : host + ":" + port;
    }
}
