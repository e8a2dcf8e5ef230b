package dev.rowhound.cli.doctor;

import dev.rowhound.net.AddressRange;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * Checks a deployment from a client's place, through all proxies in between. After the first greeting all checks run
 * concurrently, so that the total time is that of the longest one.
 */
final class Doctor {
    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final int UPLOAD_GRACE_FACTOR = 6;
    private static final ThreadFactory DAEMONS = task -> {
        Thread thread = new Thread(task, "rowhound-doctor");
        thread.setDaemon(true);
        return thread;
    };

    /** Receives the progress of the checks. */
    interface CheckListener {
        /** The node has responded, these proxies were recognised, and this number of checks starts. */
        void started(Set<ProxyKind> proxies, String server, int checks);

        /** A check has ended. Called by several threads. */
        void finished(String check);
    }

    private final Settings settings;
    private final CheckListener listener;

    Doctor(Settings settings, CheckListener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * Runs all checks on the deployment at an address.
     *
     * @throws UnreachableException if no node responds there
     */
    Report examine(URI address) throws UnreachableException, InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool(DAEMONS);
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, DAEMONS);
        try {
            return examine(address, threads, timer);
        } finally {
            threads.shutdownNow();
            timer.shutdownNow();
        }
    }

    private Report examine(URI address, ExecutorService threads, ScheduledExecutorService timer)
            throws UnreachableException, InterruptedException {
        ConnectionCheck.Greeting greeting = new ConnectionCheck(timer, settings).connect(address);
        Set<ProxyKind> proxies = ProxyKind.recognise(greeting.first().headers());
        String server = String.join(", ", greeting.first().headers().allValues("Server"));
        List<CheckResult> results = new ArrayList<>(greeting.results());
        results.addAll(ofGreeting(greeting, proxies));

        Map<String, Callable<List<CheckResult>>> checks = checks(greeting, threads, timer);
        listener.started(proxies, server, checks.size());
        List<Future<List<CheckResult>>> running = new ArrayList<>();
        checks.forEach((name, check) -> running.add(threads.submit(() -> {
            List<CheckResult> found = check.call();
            listener.finished(name);
            return found;
        })));
        for (Future<List<CheckResult>> check : running) {
            try {
                results.addAll(check.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a check failed", e.getCause());
            }
        }
        return new Report(greeting.target().base(), server, proxies, List.copyOf(results));
    }

    private Map<String, Callable<List<CheckResult>>> checks(
            ConnectionCheck.Greeting greeting, ExecutorService threads, ScheduledExecutorService timer) {
        Target target = greeting.target();
        Duration heartbeat = Duration.ofMillis(greeting.first().hello().getLong("heartbeat_ms", HEARTBEAT_MILLIS));
        StreamChecks streams = new StreamChecks(target, timer, settings);
        SilenceChecks silence = new SilenceChecks(target, timer, settings, heartbeat);
        UploadCheck upload = new UploadCheck(
                new ProbeUpload(target, threads, settings.grace().multipliedBy(UPLOAD_GRACE_FACTOR)),
                settings,
                greeting.first().hello().getLong("max_upload_bytes", 0L));
        Map<String, Callable<List<CheckResult>>> checks = new LinkedHashMap<>();
        checks.put("stream", streams::flow);
        checks.put("compression", streams::compression);
        checks.put("cache", streams::cache);
        checks.put("headers", streams::headers);
        checks.put("resume", streams::resume);
        checks.put("http2", streams::http2);
        checks.put("websocket", silence::socket);
        if (settings.silence() > 0) {
            checks.put("idle stream", silence::silentStream);
            checks.put("idle websocket", silence::silentSocket);
            if (heartbeat.toSeconds() < settings.silence()) {
                checks.put("heartbeats", silence::heartbeatStream);
                checks.put("websocket heartbeats", silence::heartbeatSocket);
            }
        }
        checks.put("upload", upload::run);
        return checks;
    }

    /** Returns the results that follow from the greeting alone. */
    private static List<CheckResult> ofGreeting(ConnectionCheck.Greeting greeting, Set<ProxyKind> proxies) {
        List<CheckResult> results = new ArrayList<>();
        if (!greeting.first().greeted()) {
            return results;
        }
        String http = greeting.first().hello().getString("http", "");
        results.add(
                http.equals("1.0")
                        ? CheckResult.finding(
                                "upstream",
                                Fault.OLD_HTTP,
                                "A proxy uses HTTP/1.0 to the node: without chunked encoding a cut stream looks"
                                        + " complete, and WebSockets do not work.")
                        : CheckResult.ok("upstream", "The node is reached over HTTP/" + http + "."));
        String client = greeting.first().hello().getString("client", "");
        if (!proxies.isEmpty() && internal(client)) {
            results.add(CheckResult.note(
                    "client",
                    Fault.ONE_CLIENT,
                    "The node sees you as " + client
                            + ", an internal address: limits per client apply to all users together."));
        }
        return results;
    }

    private static boolean internal(String client) {
        InetAddress address = AddressRange.address(client);
        return address != null && (address.isLoopbackAddress() || address.isSiteLocalAddress());
    }
}
