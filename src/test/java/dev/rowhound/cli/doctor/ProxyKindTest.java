package dev.rowhound.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProxyKindTest {
    private static Set<ProxyKind> recognised(String name, String value) {
        return ProxyKind.recognise(HttpHeaders.of(Map.of(name, List.of(value)), (header, text) -> true));
    }

    @Test
    void recognisesWhatShowsItself() {
        assertThat(recognised("Server", "nginx/1.22.1")).containsExactly(ProxyKind.NGINX);
        assertThat(recognised("Server", "openresty")).containsExactly(ProxyKind.NGINX);
        assertThat(recognised("Server", "Apache/2.4.67 (Debian)")).containsExactly(ProxyKind.APACHE);
        assertThat(recognised("Via", "1.1 www.example (Apache/2.4.67)")).containsExactly(ProxyKind.APACHE);
        assertThat(recognised("CF-RAY", "8c1f")).containsExactly(ProxyKind.CLOUDFLARE);
        assertThat(recognised("Via", "1.1 google")).containsExactly(ProxyKind.LOAD_BALANCER);
        assertThat(recognised("Server", "awselb/2.0")).containsExactly(ProxyKind.LOAD_BALANCER);
        assertThat(recognised("Date", "Sun, 22 Nov 2026 04:00:00 GMT")).isEmpty();
    }

    @Test
    void suspectsAllWhereNoneShowsAndTheOriginsProxyBehindAnEdge() {
        assertThat(ProxyKind.suspects(Set.of())).containsExactly(ProxyKind.values());
        assertThat(ProxyKind.suspects(Set.of(ProxyKind.NGINX))).containsExactly(ProxyKind.NGINX);
        assertThat(ProxyKind.suspects(Set.of(ProxyKind.CLOUDFLARE))).contains(ProxyKind.NGINX, ProxyKind.APACHE);
    }
}
