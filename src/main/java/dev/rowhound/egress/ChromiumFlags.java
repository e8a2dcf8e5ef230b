package dev.rowhound.egress;

import java.util.ArrayList;
import java.util.List;

/** The command line that leaves a Chromium no other way out than a {@link BrowserProxy}. */
public final class ChromiumFlags {
    /**
     * For a browser's list of hosts that are reached without the proxy: none, this machine's own included, which
     * Chromium leaves out of the proxy by itself.
     */
    public static final String NO_BYPASS = "<-loopback>";

    private static final List<String> ALWAYS = List.of(
            "--proxy-bypass-list=" + NO_BYPASS,
            // Whatever would look a name up itself finds none; the proxy's own address needs no look-up.
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
     * The flags of a browser all of whose contexts go through that proxy, unless a context is given another proxy's
     * {@link BrowserProxy#url} and {@link #NO_BYPASS} as its proxy. {@code --disable-features} is not among them, for
     * Chromium applies only the last one and Playwright gives its own.
     */
    public static List<String> of(BrowserProxy proxy) {
        List<String> flags = new ArrayList<>();
        flags.add("--proxy-server=" + proxy.url());
        flags.addAll(ALWAYS);
        return List.copyOf(flags);
    }
}
