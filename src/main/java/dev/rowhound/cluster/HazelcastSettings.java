package dev.rowhound.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;

/** Hazelcast's settings for the event bus: it joins only the listed members and detects a dead one quickly. */
final class HazelcastSettings {
    /** How long a stopping node may take to hand over its data. */
    private static final int LEAVE_SECONDS = 5;

    private HazelcastSettings() {}

    /** @param address the configured host as an IP address, because Hazelcast compares interfaces by address */
    static Config of(ClusterConfig cluster, String address) {
        Config config = new Config();
        config.setClusterName(cluster.name());
        network(config.getNetworkConfig(), cluster, address);
        // The event bus's registrations: kept on two nodes and re-registered by their owner after a loss.
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));

        set(config, "hazelcast.logging.type", "slf4j");
        set(config, "hazelcast.logging.details.enabled", "false");
        set(config, "hazelcast.phone.home.enabled", "false");
        set(config, "hazelcast.health.monitoring.level", "OFF");
        // The node's shutdown sequence leaves the cluster itself.
        set(config, "hazelcast.shutdownhook.enabled", "false");
        set(config, "hazelcast.graceful.shutdown.max.wait", LEAVE_SECONDS);
        // By default Hazelcast listens on every address of the machine.
        set(config, "hazelcast.socket.bind.any", "false");

        // A joining node waits this long for others, so that they join together.
        set(config, "hazelcast.wait.seconds.before.join", 1);
        set(config, "hazelcast.heartbeat.interval.seconds", 1);
        set(config, "hazelcast.max.no.heartbeat.seconds", cluster.heartbeatSeconds());
        // A node that was removed merges with the others after this time.
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
