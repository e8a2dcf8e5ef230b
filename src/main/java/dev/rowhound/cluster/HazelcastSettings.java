package dev.rowhound.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;

/** Hazelcast as the event bus needs it: it meets the listed members and nobody else, and soon misses one that is gone. */
final class HazelcastSettings {
    /** How many seconds a node that stops may take to hand over what it holds for the others. */
    private static final int LEAVE_SECONDS = 5;

    private HazelcastSettings() {}

    /**
     * Makes them.
     *
     * @param address the configured host as a number, for Hazelcast compares interfaces by number
     */
    static Config of(ClusterConfig cluster, String address) {
        Config config = new Config();
        config.setClusterName(cluster.name());
        network(config.getNetworkConfig(), cluster, address);
        // Who listens where on the event bus: kept twice, and said again by its owner after a loss.
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));

        set(config, "hazelcast.logging.type", "slf4j");
        set(config, "hazelcast.logging.details.enabled", "false");
        set(config, "hazelcast.phone.home.enabled", "false");
        set(config, "hazelcast.health.monitoring.level", "OFF");
        // Stopping is the node's business, which leaves the cluster in its turn.
        set(config, "hazelcast.shutdownhook.enabled", "false");
        set(config, "hazelcast.graceful.shutdown.max.wait", LEAVE_SECONDS);
        // Else it listens on every address of the machine.
        set(config, "hazelcast.socket.bind.any", "false");

        // Who joins waits so long for others who join too, to come in with them.
        set(config, "hazelcast.wait.seconds.before.join", 1);
        set(config, "hazelcast.heartbeat.interval.seconds", 1);
        set(config, "hazelcast.max.no.heartbeat.seconds", cluster.heartbeatSeconds());
        // A node that was taken for gone finds the others again that soon.
        set(config, "hazelcast.merge.first.run.delay.seconds", cluster.heartbeatSeconds());
        set(config, "hazelcast.merge.next.run.delay.seconds", cluster.heartbeatSeconds());
        return config;
    }

    private static void network(NetworkConfig network, ClusterConfig cluster, String address) {
        network.setPort(cluster.port()).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface(address);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setMembers(cluster.members());
    }

    private static void set(Config config, String property, Object value) {
        config.setProperty(property, value.toString());
    }
}
