package dev.rowhound.limit;

import dev.rowhound.config.JsonReader;
import dev.rowhound.job.Politeness;
import dev.rowhound.net.HostOf;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The section {@code limit} of the configuration: how hard each host may be asked.
 *
 * @param host what holds for hosts without an entry of their own; not for those of this machine
 * @param hosts the entries by host, with its port where that is not the scheme's own
 */
public record LimitConfig(Politeness host, Map<String, Politeness> hosts) {
    /** No host has a limit. */
    public static final LimitConfig NONE = new LimitConfig(Politeness.NONE, Map.of());

    private static final Pattern PORT = Pattern.compile(":[0-9]+$");

    public LimitConfig {
        hosts = Map.copyOf(hosts);
    }

    /** Reads the section. */
    public static LimitConfig from(JsonReader section) {
        Politeness standard = politeness(section.object("host"), new Politeness(600, 10, 8, 0, 0));
        Map<String, Politeness> hosts = new LinkedHashMap<>();
        JsonReader parent = section.object("hosts");
        section.entries("hosts").forEach((name, reader) -> {
            if (!HostOf.isHost(name)) {
                parent.problem(
                        name,
                        "is no host; give its name in small letters, with the port where it is not the usual one, such"
                                + " as example.org or example.org:8443");
            }
            hosts.put(name, politeness(reader, HostOf.isLoopback(name) ? Politeness.NONE : standard));
        });
        return new LimitConfig(standard, hosts);
    }

    private static Politeness politeness(JsonReader reader, Politeness standard) {
        return new Politeness(
                reader.integer("rate_per_minute", standard.ratePerMinute(), 0, Politeness.MAX_RATE),
                reader.integer("burst", Math.max(1, standard.burst()), 1, Politeness.MAX_BURST),
                reader.integer("concurrency", standard.concurrency(), 0, Politeness.MAX_CONCURRENCY),
                0,
                0);
    }

    /** What holds for that host: its own entry, that of its name without the port, or the standard. */
    Politeness of(String name) {
        Politeness own = hosts.get(name);
        if (own == null) {
            own = hosts.get(PORT.matcher(name).replaceFirst(""));
        }
        if (own != null) {
            return own;
        }
        return HostOf.isLoopback(name) ? Politeness.NONE : host;
    }

    /** Whether the host is one of this machine without an entry of its own. */
    boolean exempt(String name) {
        return HostOf.isLoopback(name)
                && !hosts.containsKey(name)
                && !hosts.containsKey(PORT.matcher(name).replaceFirst(""));
    }
}
