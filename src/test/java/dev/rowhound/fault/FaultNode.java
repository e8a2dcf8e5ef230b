package dev.rowhound.fault;

import dev.rowhound.node.Node;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A program that is a whole node with the fake crawler; it says where it serves and lives as long as its input. */
public final class FaultNode {
    /** What precedes the address on standard output. */
    static final String SERVES = "SERVES ";

    private FaultNode() {}

    /** Runs with these arguments: file of the configuration, folder of the switches, seed. */
    public static void main(String[] arguments) throws Exception {
        Path config = Path.of(arguments[0]);
        Switches switches = new Switches(Path.of(arguments[1]));
        AtomicLong seed = new AtomicLong(Long.parseLong(arguments[2]));
        Node node;
        try {
            node = Node.start(
                    new JsonObject(Files.readString(config)),
                    config.getParent(),
                    () -> new FakeProcessor(switches, seed.getAndIncrement()));
        } catch (Exception e) {
            System.err.println("did not start: " + e.getMessage());
            Runtime.getRuntime().halt(1);
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(node::stop, "stop"));
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println(SERVES + node.address());
        while (System.in.read() >= 0) {
            // Nobody writes; the end of the input is the end of the driver.
        }
        Runtime.getRuntime().halt(0);
    }
}
