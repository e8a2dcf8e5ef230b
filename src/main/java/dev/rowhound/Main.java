package dev.rowhound;

import dev.rowhound.cli.RowhoundCommand;

/** The program's entry; the commands do the rest. */
public final class Main {
    private Main() {}

    /** Runs the command that the arguments name, and exits with its code. */
    public static void main(String[] args) {
        System.exit(RowhoundCommand.run(args, Main.class));
    }
}
