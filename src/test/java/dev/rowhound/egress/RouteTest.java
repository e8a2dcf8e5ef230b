package dev.rowhound.egress;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTest {
    private final List<String> tried = new ArrayList<>();
    private final Route route = new Route(List.of(address(1), address(2)), 80);

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Future<String> only(String works, SocketAddress address) {
        tried.add(address.hostAddress());
        return address.hostAddress().equals(works) ? Future.succeededFuture(works) : Future.failedFuture("refused");
    }

    @Test
    void theAddressThatLastWorkedIsTriedFirst() {
        assertThat(route.connect(address -> only("10.0.0.2", address)).result()).isEqualTo("10.0.0.2");
        assertThat(route.connect(address -> only("10.0.0.2", address)).result()).isEqualTo("10.0.0.2");

        assertThat(tried).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.2");
    }

    @Test
    void failsWithTheLastError() {
        assertThat(route.connect(address -> only("none", address)).cause()).hasMessage("refused");
        assertThat(tried).hasSize(2);
    }

    @Test
    void aClientThatIsClosedFailsTheAttemptInsteadOfItsCaller() {
        Future<String> connected = route.connect(address -> {
            throw new IllegalStateException("Client is closed");
        });

        assertThat(connected.cause()).hasMessage("Client is closed");
    }
}
