package dev.rowhound.egress;

import dev.rowhound.config.JsonReader;
import dev.rowhound.net.HostName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The egress part of the configuration section {@code crawl}.
 *
 * @param allow {@code allow}: targets beyond the public internet
 * @param maxResponseBytes {@code max_response_bytes}: the maximum size of a response
 * @param proxies {@code proxies}: upstream proxies by name
 * @param robotsAgent {@code robots_agent}: the name that robots.txt files are evaluated for
 */
public record EgressConfig(
        List<AllowedTarget> allow, long maxResponseBytes, Map<String, UpstreamProxy> proxies, String robotsAgent) {

    /** Allows the public internet only, without proxies. */
    public static final EgressConfig DEFAULT = new EgressConfig(List.of(), 50L << 20, Map.of(), "rowhound");

    private static final Pattern PROXY_URL = Pattern.compile("(?i)http://(\\[[^\\]]+]|[^:/@\\[\\]?#]+):([0-9]{1,5})/?");

    private static final Pattern AGENT = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    public EgressConfig {
        allow = List.copyOf(allow);
        proxies = Map.copyOf(proxies);
    }

    /** Reads the egress keys of the section; faults are reported as problems of the reader. */
    public static EgressConfig from(JsonReader section) {
        return new EgressConfig(
                allow(section),
                section.wholeNumber("max_response_bytes", DEFAULT.maxResponseBytes, 1 << 10, 1L << 40),
                proxies(section),
                agent(section));
    }

    /** Returns a copy with more allowed targets. */
    public EgressConfig allowing(String... entries) {
        List<AllowedTarget> more = new ArrayList<>(allow);
        for (String entry : entries) {
            more.add(AllowedTarget.parse(entry).orElseThrow(() -> new IllegalArgumentException(entry)));
        }
        return new EgressConfig(more, maxResponseBytes, proxies, robotsAgent);
    }

    private static List<AllowedTarget> allow(JsonReader section) {
        List<AllowedTarget> targets = new ArrayList<>();
        List<String> entries = section.strings("allow");
        for (int i = 0; i < entries.size(); i++) {
            Optional<AllowedTarget> target = AllowedTarget.parse(entries.get(i));
            if (target.isPresent()) {
                targets.add(target.get());
            } else {
                section.problem("allow[" + i + "]", "is \"" + entries.get(i) + "\"; use " + AllowedTarget.FORM);
            }
        }
        return targets;
    }

    private static Map<String, UpstreamProxy> proxies(JsonReader section) {
        Map<String, UpstreamProxy> proxies = new LinkedHashMap<>();
        section.entries("proxies").forEach((name, entry) -> {
            UpstreamProxy proxy = proxy(name, entry);
            if (proxy != null) {
                proxies.put(name, proxy);
            }
        });
        return proxies;
    }

    private static @Nullable UpstreamProxy proxy(String name, JsonReader entry) {
        String url = entry.requiredString("url");
        String user = entry.optionalText("user");
        String password = password(entry);
        if (user == null && password != null) {
            entry.problem("user", "is missing; a password requires a user");
        }
        if (user != null && user.indexOf(':') >= 0) {
            entry.problem("user", "contains a colon, which Basic authentication cannot carry");
        }
        var parts = PROXY_URL.matcher(url);
        Optional<HostName> host = parts.matches() ? HostName.parse(parts.group(1)) : Optional.empty();
        int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
        if (host.isEmpty() || port < 1 || port > 65535) {
            if (!url.isBlank()) {
                String hint = url.contains("@") ? "; set user and password in their own keys" : "";
                // The value is not shown, because it may hold a password.
                entry.problem("url", "is not a proxy URL; use http://HOST:PORT" + hint);
            }
            return null;
        }
        return new UpstreamProxy(name, host.get().text(), port, user, password);
    }

    private static @Nullable String password(JsonReader entry) {
        String password = entry.optionalString("password");
        String file = entry.optionalText("password_file");
        if (file == null || file.isBlank()) {
            return password;
        }
        if (password != null) {
            entry.problem("password_file", "is set in addition to password; set only one of them");
            return password;
        }
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            entry.problem(
                    "password_file", "cannot be read: " + file + "; use the path of a file that holds the password");
            return null;
        }
    }

    private static String agent(JsonReader section) {
        String agent = section.string("robots_agent", DEFAULT.robotsAgent);
        if (!AGENT.matcher(agent).matches()) {
            section.problem(
                    "robots_agent", "is \"" + agent + "\"; use a program name of letters, digits, dots, - and _");
        }
        return agent;
    }
}
