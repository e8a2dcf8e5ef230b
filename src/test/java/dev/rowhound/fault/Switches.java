package dev.rowhound.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the driver can change about the fake crawler of all nodes while they run: a file each, there or not. */
record Switches(Path folder) {
    /** Whether unreachable items are found. */
    boolean healed() {
        return Files.exists(folder.resolve("healed"));
    }

    /** Whether poison kills. */
    boolean poisonous() {
        return Files.exists(folder.resolve("poisonous"));
    }

    void heal(boolean on) throws IOException {
        set("healed", on);
    }

    void poison(boolean on) throws IOException {
        set("poisonous", on);
    }

    private void set(String name, boolean on) throws IOException {
        if (on) {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name), "");
        } else {
            Files.deleteIfExists(folder.resolve(name));
        }
    }
}
