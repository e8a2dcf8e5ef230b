package dev.rowhound.front;

import dev.rowhound.InstallScript;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the programs of the front ends, and installs what is missing where that is allowed. */
final class FrontPrograms {
    private static final InstallScript SCRIPT = new InstallScript("src/test/sh/install-fronts");

    /** An ordinary user's PATH has no folders of the system's programs. */
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    private FrontPrograms() {}

    /** The program's path. Where it is missing and cannot be installed, the test fails and says what to install. */
    static Path require(String program) {
        Optional<Path> found = find(program);
        if (found.isPresent()) {
            return found.get();
        }
        String told = SCRIPT.run(program);
        return find(program)
                .orElseThrow(() -> new AssertionError("This test needs " + program + ": install it, such as by"
                        + " src/test/sh/install-fronts " + program + " as root, which said here: " + told));
    }

    private static Optional<Path> find(String program) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), SYSTEM_FOLDERS.stream())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
