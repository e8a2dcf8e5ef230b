package dev.rowhound.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This node's cluster membership. Create it before Vert.x, with which it joins and leaves. */
public final class Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** Timeout for connecting to a member. */
    private static final int CONNECT_MILLIS = 5000;

    private final ClusterConfig config;
    private final String address;
    private final HazelcastClusterManager manager;

    private Cluster(ClusterConfig config, String address) {
        this.config = config;
        this.address = address;
        Config settings = HazelcastSettings.of(config, address);
        settings.addListenerConfig(new ListenerConfig(new MembershipLog()));
        this.manager = new HazelcastClusterManager(settings);
    }

    /**
     * Prepares to join.
     *
     * @throws IOException if this node cannot listen at its address, with a message for a person
     */
    public static Cluster of(ClusterConfig config) throws IOException {
        InetAddress address;
        try {
            address = InetAddress.getByName(config.host());
        } catch (UnknownHostException e) {
            throw new IOException("cluster.host is " + config.host() + ", which does not resolve", e);
        }
        if (NetworkInterface.getByInetAddress(address) == null) {
            throw new IOException("cluster.host is " + config.host()
                    + ", which is not an address of this machine; set the one that the other nodes can reach");
        }
        checkFree(address, config.port(), "cluster.port");
        checkFree(address, config.eventBusPort(), "cluster.event_bus_port");
        return new Cluster(config, address.getHostAddress());
    }

    /** Detects a busy port early, before Hazelcast and the event bus fail with long stack traces. */
    private static void checkFree(InetAddress address, int port, String key) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
        } catch (BindException e) {
            throw new IOException(
                    "port " + port + " on " + address.getHostAddress()
                            + " is in use; stop the program that uses it, or set another port with --set " + key + "=N",
                    e);
        }
    }

    /** Returns the cluster manager for Vert.x. */
    public ClusterManager manager() {
        return manager;
    }

    /** Returns where the event bus listens for messages of other nodes. */
    public EventBusOptions eventBus() {
        int heartbeatMillis = config.heartbeatSeconds() * 1000;
        return new EventBusOptions()
                .setHost(address)
                .setPort(config.eventBusPort())
                .setConnectTimeout(CONNECT_MILLIS)
                .setClusterPingInterval(heartbeatMillis)
                .setClusterPingReplyInterval(heartbeatMillis);
    }

    /** Returns how many nodes this node sees in the cluster, itself included; 0 if it is not a member. */
    public int members() {
        try {
            return manager.isActive() ? manager.getNodes().size() : 0;
        } catch (HazelcastInstanceNotActiveException e) {
            return 0;
        }
    }

    /** Returns the time without a sign of life after which a member counts as dead. */
    Duration heartbeat() {
        return Duration.ofSeconds(config.heartbeatSeconds());
    }

    /** Explains why this node could not join, for a person. */
    public String cannotJoin(Throwable error) {
        return "cannot join the cluster " + config.name() + " from " + config.host() + ":" + config.port()
                + " with the members " + String.join(", ", config.members()) + ": " + error.getMessage();
    }

    /** Logs joining and leaving members, in place of the verbose logs of Hazelcast and the event bus. */
    private static final class MembershipLog implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            if (!event.getMember().localMember()) {
                LOG.info("Node at {} joined; nodes in the cluster: {}", at(event), count(event));
            }
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            LOG.warn("Node at {} left; nodes in the cluster: {}", at(event), count(event));
        }

        private static String at(MembershipEvent event) {
            return event.getMember().getAddress().getHost() + ":"
                    + event.getMember().getAddress().getPort();
        }

        private static int count(MembershipEvent event) {
            return event.getMembers().size();
        }
    }
}
