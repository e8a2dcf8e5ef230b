package dev.rowhound.fault;

import java.io.IOException;

/** Signals that the JDK has no call for. */
final class Signals {
    private Signals() {}

    /** Sends one, such as {@code STOP}; nothing where the process has gone. */
    static void send(ProcessHandle process, String signal) throws IOException, InterruptedException {
        if (process.isAlive()) {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }
}
