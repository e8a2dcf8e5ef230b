package dev.rowhound.cluster;

import dev.rowhound.config.JsonReader;
import dev.rowhound.net.Authority;
import dev.rowhound.net.HostOf;
import java.util.List;

/**
 * The configuration section {@code cluster}: the nodes that share an event bus.
 *
 * @param enabled whether this node joins a cluster
 * @param name distinguishes the cluster from others that its members can reach
 * @param host the name or address under which the other nodes reach this machine; the node listens only there
 * @param port the port for members
 * @param members all nodes as {@code host:port}, including this one
 * @param eventBusPort the port for messages, 0 for any free port
 * @param heartbeatSeconds the time without a sign of life after which a member counts as dead
 */
public record ClusterConfig(
        boolean enabled,
        String name,
        String host,
        int port,
        List<String> members,
        int eventBusPort,
        int heartbeatSeconds) {
    public static ClusterConfig from(JsonReader section) {
        ClusterConfig config = new ClusterConfig(
                section.bool("enabled", false),
                section.string("name", "rowhound"),
                section.string("host", "127.0.0.1"),
                section.integer("port", 5701, 1, 65_535),
                List.copyOf(section.strings("members")),
                section.integer("event_bus_port", 0, 0, 65_535),
                section.integer("heartbeat_seconds", 5, 2, 300));
        for (int i = 0; i < config.members.size(); i++) {
            if (Authority.parse(config.members.get(i), 0).isEmpty()) {
                section.problem(
                        "members[" + i + "]",
                        "is \"" + config.members.get(i) + "\"; use host:port, such as 10.0.0.7:5701");
            }
        }
        if (config.enabled) {
            config.check(section);
        }
        return config;
    }

    private void check(JsonReader section) {
        if (name.isBlank()) {
            section.problem("name", "is empty; set the same name on all nodes");
        }
        if (List.of("0.0.0.0", "::", "[::]", "").contains(host.strip())) {
            section.problem(
                    "host", "is \"" + host + "\"; use the one address of this machine that the other nodes reach");
        } else if (isLoopback(host) && !members.stream().allMatch(member -> isLoopback(hostOf(member)))) {
            section.problem(
                    "host", "is " + host + ", which nodes on other machines do not reach; use this machine's address");
        }
        if (members.isEmpty()) {
            section.problem("members", "is empty; list every node as host:port, this one too");
        }
    }

    private static String hostOf(String member) {
        return member.substring(0, Math.max(0, member.lastIndexOf(':')));
    }

    private static boolean isLoopback(String host) {
        return HostOf.isLoopback(host) || host.equals("::1");
    }
}
