package dev.rowhound.crawl.browser;

import dev.rowhound.egress.BrowserProxy;
import dev.rowhound.egress.ChromiumFlags;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command-line flags of Chromium: lean, quiet, and with the proxy as its only access to the network. */
final class LaunchFlags {
    /**
     * The features that Playwright disables, repeated because Chromium only honours the last list, and two more:
     * RenderDocument creates a new frame host and compositor for every page and costs a third of a page's CPU time;
     * SpareRendererForSitePerProcess keeps a process ready that is never used.
     */
    static final List<String> DISABLED_FEATURES = List.of(
            "AvoidUnnecessaryBeforeUnloadCheckSync",
            "BoundaryEventDispatchTracksNodeRemoval",
            "DestroyProfileOnBrowserClose",
            "DialMediaRouteProvider",
            "GlobalMediaControls",
            "HttpsUpgrades",
            "LensOverlay",
            "PaintHolding",
            "MediaRouter",
            "ThirdPartyStoragePartitioning",
            "BlockOriginHeaderModificationOnRedirect",
            "Translate",
            "AutoDeElevate",
            "OptimizationHints",
            "msForceBrowserSignIn",
            "msEdgeUpdateLaunchServicesPreferredVersion",
            "RenderDocument",
            "SpareRendererForSitePerProcess");

    private static final List<String> BASE_FLAGS = List.of(
            "--disable-features=" + String.join(",", DISABLED_FEATURES),
            // Playwright's own entry, and the network service inside the browser process, which saves starting a
            // process and copying data to it. The separate process has no sandbox on Linux anyway
            // (service-sandbox-type=none).
            "--enable-features=CDPScreenshotNewSurface,NetworkServiceInProcess2",
            "--disable-gpu",
            // Draws a page of the usual width as one tile per screen, not as two dozen of 256 pixels, which saves a
            // thirtieth of a page's CPU time. Such a tile takes 4 MB, as much as the small ones together.
            "--default-tile-width=1312",
            "--default-tile-height=768",
            "--disable-dev-shm-usage",
            // All frames of an item are equally untrusted, and a page with countless frames stays in one process.
            "--disable-site-isolation-trials",
            "--renderer-process-limit=1",
            // Only the headless shell knows it; elsewhere pop-ups are closed as they open.
            "--block-new-web-contents",
            "--disable-print-preview",
            "--mute-audio",
            "--disable-quic",
            "--no-first-run");

    private LaunchFlags() {}

    /** Returns the flags of a browser behind the proxy, or with direct access if it is null. */
    static List<String> of(@Nullable BrowserProxy proxy) {
        List<String> flags = new ArrayList<>(BASE_FLAGS);
        if (proxy != null) {
            flags.addAll(ChromiumFlags.of(proxy));
        }
        return List.copyOf(flags);
    }
}
