package dev.rowhound.sites;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A site that is a program: it tells its port on its output, and ends when its input does. */
final class Program implements AutoCloseable {
    private static final String HTTPBIN = """
            import os, sys, threading
            from httpbin import app
            from werkzeug.serving import make_server
            server = make_server('127.0.0.1', 0, app, threaded=True)
            print(server.server_port, flush=True)
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
            server.serve_forever()
            """;

    private final Process process;
    private final URI uri;

    private Program(List<String> command) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String port = output.readLine();
        if (port == null || !port.matches("\\d+")) {
            close();
            throw new IOException(String.join(" ", command.subList(0, 2)) + " told no port but: " + port);
        }
        uri = URI.create("http://127.0.0.1:" + port);
    }

    /** Debian's httpbin, in a server of its own. */
    static Program httpbin() throws IOException {
        Sites.require("httpbin");
        return new Program(List.of("/usr/bin/python3", "-c", HTTPBIN));
    }

    /** Pages behind a captcha of npm's. */
    static Program captcha() throws Exception {
        String script =
                Path.of(Program.class.getResource("/sites/captcha.js").toURI()).toString();
        return new Program(List.of("node", script, Sites.require("captcha").toString()));
    }

    /** Where it serves, ending without a slash. */
    URI uri() {
        return uri;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
