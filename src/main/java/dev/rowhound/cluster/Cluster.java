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

/** This node's part in a cluster. Made before Vert.x, which joins and leaves with it. */
public final class Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** How long a member that does not answer is tried. */
    private static final int CONNECT_MILLIS = 5000;

    private final ClusterConfig config;
    private final String address;
    private final HazelcastClusterManager manager;

    private Cluster(ClusterConfig config, String address) {
        this.config = config;
        this.address = address;
        Config settings = HazelcastSettings.of(config, address);
        settings.addListenerConfig(new ListenerConfig(new Told()));
        this.manager = new HazelcastClusterManager(settings);
    }

    /**
     * Makes ready to join.
     *
     * @throws IOException if this node cannot listen there, with a sentence for a person
     */
    public static Cluster of(ClusterConfig config) throws IOException {
        InetAddress address;
        try {
            address = InetAddress.getByName(config.host());
        } catch (UnknownHostException e) {
            throw new IOException("cluster.host is " + config.host() + ", which has no address", e);
        }
        if (NetworkInterface.getByInetAddress(address) == null) {
            throw new IOException("cluster.host is " + config.host()
                    + ", which is no address of this machine; give the one that the other nodes reach it at");
        }
        checkFree(address, config.port(), "cluster.port");
        checkFree(address, config.eventBusPort(), "cluster.event_bus_port");
        return new Cluster(config, address.getHostAddress());
    }

    /** Tells a busy port before those who would listen there log it at length. */
    private static void checkFree(InetAddress address, int port, String key) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
        } catch (BindException e) {
            throw new IOException(
                    "port " + port + " on " + address.getHostAddress()
                            + " is busy; stop what listens there, or give another port with --set " + key + "=N",
                    e);
        }
    }

    /** Joins and leaves for Vert.x. */
    public ClusterManager manager() {
        return manager;
    }

    /** Where messages of other nodes arrive. */
    public EventBusOptions eventBus() {
        int heartbeatMillis = config.heartbeatSeconds() * 1000;
        return new EventBusOptions()
                .setHost(address)
                .setPort(config.eventBusPort())
                .setConnectTimeout(CONNECT_MILLIS)
                .setClusterPingInterval(heartbeatMillis)
                .setClusterPingReplyInterval(heartbeatMillis);
    }

    /** How many nodes this one believes to be in the cluster, itself among them; 0 where it is in none. */
    public int members() {
        try {
            return manager.isActive() ? manager.getNodes().size() : 0;
        } catch (HazelcastInstanceNotActiveException e) {
            return 0;
        }
    }

    /** After how long without a sign of life a member counts as gone. */
    Duration heartbeat() {
        return Duration.ofSeconds(config.heartbeatSeconds());
    }

    /** Why this node could not join, in a sentence with what to do. */
    public String cannotJoin(Throwable error) {
        return "cannot join the cluster " + config.name() + " from " + config.host() + ":" + config.port()
                + " with the members " + String.join(", ", config.members()) + ": " + error.getMessage();
    }

    /** Tells in the log who comes and goes; what Hazelcast and the event bus say of it beside that is much. */
    private static final class Told implements MembershipListener {
        @Override
        public void memberAdded(MembershipEvent event) {
            if (!event.getMember().localMember()) {
                LOG.info("Node at {} has come; nodes in the cluster: {}", at(event), count(event));
            }
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            LOG.warn("Node at {} has gone; nodes in the cluster: {}", at(event), count(event));
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
