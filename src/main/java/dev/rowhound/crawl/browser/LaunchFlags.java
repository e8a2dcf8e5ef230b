package dev.rowhound.crawl.browser;

import dev.rowhound.egress.BrowserProxy;
import dev.rowhound.egress.ChromiumFlags;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command line of a browser that looks items up: lean, quiet, and with no way out but its proxy. */
final class LaunchFlags {
    /**
     * What Playwright switches off, repeated because Chromium heeds only the last list that it is given, and:
     * RenderDocument, which makes a new frame host and compositor for every page and costs a third of a page's
     * processor; SpareRendererForSitePerProcess, which keeps a process ready that is never used.
     */
    static final List<String> FEATURES_OFF = List.of(
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

    private static final List<String> LEAN = List.of(
            "--disable-features=" + String.join(",", FEATURES_OFF),
            // Playwright's own list of one, and the network service within the browser's process: one less to start
            // and to pass data to. As a process of its own it has no sandbox on Linux (service-sandbox-type=none).
            "--enable-features=CDPScreenshotNewSurface,NetworkServiceInProcess2",
            "--disable-gpu",
            // A page of the usual width is drawn as one tile a screen, not as two dozen of 256 points: a thirtieth of a
            // page's processor. Such a tile takes 4 MB, what those that it stands for take together.
            "--default-tile-width=1312",
            "--default-tile-height=768",
            "--disable-dev-shm-usage",
            // All of one item's frames are strangers to this deployment alike: a bomb of frames is one process.
            "--disable-site-isolation-trials",
            "--renderer-process-limit=1",
            // Known to the headless shell only; elsewhere pop-ups are closed as they come.
            "--block-new-web-contents",
            "--disable-print-preview",
            "--mute-audio",
            "--disable-quic",
            "--no-first-run");

    private LaunchFlags() {}

    /** The flags of a browser behind that proxy, or of one that goes where it likes. */
    static List<String> of(@Nullable BrowserProxy proxy) {
        List<String> flags = new ArrayList<>(LEAN);
        if (proxy != null) {
            flags.addAll(ChromiumFlags.of(proxy));
        }
        return List.copyOf(flags);
    }
}
