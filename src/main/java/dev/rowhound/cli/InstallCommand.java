package dev.rowhound.cli;

import dev.rowhound.cli.console.CommandFailure;
import dev.rowhound.cli.console.LogTarget;
import dev.rowhound.cli.console.NodeOptions;
import dev.rowhound.cli.console.Terminal;
import dev.rowhound.node.Installation;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** Command {@code install}: finds or installs the programs that a node needs. */
@Command(
        name = "install",
        description = "Find the programs that a node needs besides its jar, such as Chromium, and install missing ones."
                + " Every start does this; the command does it in advance, for example when an image is built.",
        footer = {"  rowhound install", "  rowhound install --set crawl.chromium=/usr/bin/chromium"})
final class InstallCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private NodeOptions node = new NodeOptions();

    InstallCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        JsonObject config = node.load(Map.of());
        LogTarget.console(config);
        Map<String, Path> found = CommandFailure.attempt(
                "", () -> Installation.complete(config, NodeOptions.home(), terminal::printError));
        found.forEach((name, path) -> terminal.println(name + ": " + path));
        return ExitCode.OK;
    }
}
