package dev.rowhound.limit;

import dev.rowhound.config.JsonReader;
import dev.rowhound.job.Politeness;
import dev.rowhound.net.HostOf;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The configuration section {@code limit}: the load that each host may receive.
 *
 * @param host the default for hosts without an entry; does not apply to this machine's hosts
 * @param hosts the entries by host, with its port unless it is the scheme's default
 */
public record LimitConfig(Politeness host, Map<String, Politeness> hosts) {
    /** No limits. */
    public static final LimitConfig NONE = new LimitConfig(Politeness.NONE, Map.of());

    private static final Pattern PORT = Pattern.compile(":[0-9]+$");

    public LimitConfig {
        hosts = Map.copyOf(hosts);
    }

    public static LimitConfig from(JsonReader section) {
        Politeness defaults = politeness(section.object("host"), new Politeness(600, 10, 8, 0, 0));
        Map<String, Politeness> hosts = new LinkedHashMap<>();
        JsonReader parent = section.object("hosts");
        section.entries("hosts").forEach((name, reader) -> {
            if (!HostOf.isHost(name)) {
                parent.problem(
                        name,
                        "is not a host; use its name in lower case, with the port unless it is the default, such"
                                + " as example.org or example.org:8443");
            }
            hosts.put(name, politeness(reader, HostOf.isLoopback(name) ? Politeness.NONE : defaults));
        });
        return new LimitConfig(defaults, hosts);
    }

    private static Politeness politeness(JsonReader reader, Politeness defaults) {
        return new Politeness(
                reader.integer("rate_per_minute", defaults.ratePerMinute(), 0, Politeness.MAX_RATE),
                reader.integer("burst", Math.max(1, defaults.burst()), 1, Politeness.MAX_BURST),
                reader.integer("concurrency", defaults.concurrency(), 0, Politeness.MAX_CONCURRENCY),
                0,
                0);
    }

    /** Returns the limits of a host: its own entry, the entry of its name without the port, or the default. */
    Politeness of(String name) {
        Politeness entry = hosts.get(name);
        if (entry == null) {
            entry = hosts.get(PORT.matcher(name).replaceFirst(""));
        }
        if (entry != null) {
            return entry;
        }
        return HostOf.isLoopback(name) ? Politeness.NONE : host;
    }

    /** Returns whether the host is one of this machine and has no entry. */
    boolean exempt(String name) {
        return HostOf.isLoopback(name)
                && !hosts.containsKey(name)
                && !hosts.containsKey(PORT.matcher(name).replaceFirst(""));
    }
}
