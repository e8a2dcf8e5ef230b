package dev.rowhound.egress;

import java.util.ArrayList;
import java.util.List;

/** The Chromium command line that forces all traffic through a {@link BrowserProxy}. */
public final class ChromiumFlags {
    /**
     * An empty bypass list. By default Chromium connects to this machine's hosts without the proxy.
     */
    public static final String NO_BYPASS = "<-loopback>";

    private static final List<String> ALWAYS = List.of(
            "--proxy-bypass-list=" + NO_BYPASS,
            // All DNS look-ups of the browser itself fail; the proxy's address needs none.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--enforce-webrtc-ip-permission-check",
            "--disable-quic",
            "--dns-prefetch-disable",
            "--no-pings",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-domain-reliability",
            "--disable-client-side-phishing-detection",
            "--disable-default-apps",
            "--disable-sync",
            "--metrics-recording-only",
            "--no-first-run");

    private ChromiumFlags() {}

    /**
     * Returns the flags of a browser whose contexts all use this proxy, unless a context gets another proxy's
     * {@link BrowserProxy#url} and {@link #NO_BYPASS}. {@code --disable-features} is not among them, because Chromium
     * applies only the last one and Playwright sets its own.
     */
    public static List<String> of(BrowserProxy proxy) {
        List<String> flags = new ArrayList<>();
        flags.add("--proxy-server=" + proxy.url());
        flags.addAll(ALWAYS);
        return List.copyOf(flags);
    }
}
