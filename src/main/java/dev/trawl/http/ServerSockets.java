package dev.trawl.http;

import java.net.BindException;

/** What to tell when a server cannot listen. */
final class ServerSockets {
    private ServerSockets() {}

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
