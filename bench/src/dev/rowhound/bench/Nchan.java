package dev.rowhound.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** nginx with its module nchan and one channel, to which events are published over HTTP. */
final class Nchan implements DeliveryServer {
    private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");
    private static final int START_SECONDS = 10;
    private static final int STOP_SECONDS = 10;
    private static final int BUFFER_BYTES = 8192;

    private final Process process;
    private final int port;
    private Pace pace;

    private Nchan(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts nginx with its files below {@code folder}.
     *
     * @throws IOException if nginx is not installed or does not start, with a message for users
     */
    static Nchan start(Path folder) throws Exception {
        if (!Files.exists(MODULE)) {
            throw new IOException("nginx with nchan is not installed (" + MODULE
                    + " is missing); on Debian: apt-get install nginx-light libnginx-mod-nchan");
        }
        Files.createDirectories(folder);
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path conf = folder.resolve("nginx.conf");
        Files.writeString(conf, """
                load_module %s;
                daemon off;
                worker_processes 1;
                worker_rlimit_nofile 20000;
                pid nginx.pid;
                error_log stderr error;
                events { worker_connections 15000; }
                http {
                  access_log off;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  server {
                    listen 127.0.0.1:%d backlog=4096;
                    keepalive_requests 100000000;
                    location = /pub {
                      nchan_publisher;
                      nchan_channel_id bench;
                      nchan_message_timeout 10s;
                    }
                    location = /sub {
                      nchan_subscriber eventsource;
                      nchan_channel_id bench;
                      nchan_subscriber_first_message newest;
                    }
                  }
                }
                """.formatted(MODULE, port));
        // The shell ends nginx when this process ends in any way, because that closes the shell's standard input.
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "nginx -p \"$1\" -c \"$2\" <&- >&2 & cat >/dev/null; kill $!; wait",
                        "nchan",
                        folder.toString(),
                        conf.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Nchan nchan = new Nchan(process, port);
        nchan.awaitStart();
        return nchan;
    }

    private void awaitStart() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("nginx does not listen; what it says is above", e);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String prepare() {
        return "/sub";
    }

    @Override
    public void publish(int hz, int bytes) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        byte[] responseBuffer = new byte[BUFFER_BYTES];
        pace = Pace.start(hz, number -> {
            String body = "{\"seq\":" + number + ",\"sent\":\"~" + System.nanoTime() / 1000 + "~\",\"fill\":\"";
            body += "x".repeat(Math.max(0, bytes - body.length() - 2)) + "\"}";
            String request = "POST /pub HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + body.length()
                    + "\r\nContent-Type: application/json\r\n\r\n" + body;
            try {
                // Does not wait for the response, which may be sent only after the writes to all watchers.
                out.write(request.getBytes(StandardCharsets.US_ASCII));
                while (in.available() > 0) {
                    in.read(responseBuffer);
                }
            } catch (IOException e) {
                throw new IllegalStateException("nginx takes no events: " + e.getMessage(), e);
            }
        });
    }

    @Override
    public long stop() throws Exception {
        return pace == null ? 0 : pace.stop();
    }

    @Override
    public ProcessTree tree() {
        return new ProcessTree(process.toHandle());
    }

    @Override
    public void close() throws Exception {
        process.getOutputStream().close();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroy();
        }
    }
}
