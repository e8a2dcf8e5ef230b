package dev.rowhound.http;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Whether a server can listen, and what to tell where it cannot. */
public final class ServerSockets {
    private ServerSockets() {}

    /**
     * Checks that a server will be able to listen, before a start takes longer steps.
     *
     * @param section the configuration's section that has the address
     * @param port the port, or 0 for any free one
     * @throws IOException with a sentence that says what to do, if it will not
     */
    public static void check(String section, String host, int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new IOException(cannotListen(section, host, port, e), e);
        }
    }

    /** One sentence with what to do, for the configuration's section of that name. */
    static String cannotListen(String section, String host, int port, Throwable error) {
        if (error instanceof BindException && String.valueOf(error.getMessage()).contains("in use")) {
            return "port " + port + " on " + host + " is busy; stop what listens there, or give another port with "
                    + "--set " + section + ".port=N" + (section.equals("http") ? " or PORT=N" : "");
        }
        return "cannot listen on " + host + ":" + port + " (" + section + ".host, " + section + ".port): "
                + error.getMessage();
    }
}
