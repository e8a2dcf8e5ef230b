package dev.rowhound.cli;

/**
 * What the commands start but do not build themselves.
 *
 * @param main the class with the program's {@code main}, to start this program once more as a process of its own; its
 *     jar's manifest tells the version
 * @param launcher starts a node
 * @param demoSite serves the demo site
 * @param installer finds or installs the browser
 * @param trials looks single keys up without a node
 */
public record Program(
        Class<?> main, Launcher launcher, DemoSiteLauncher demoSite, Installer installer, TrialLauncher trials) {
    /** The jar's version, or {@code development} where the classes come from no jar. */
    String version() {
        String version = main.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
