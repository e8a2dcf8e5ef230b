package dev.rowhound.cli.doctor;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
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
 * Checks a deployment from where a client is, through whatever stands between. After the first greeting all checks run
 * side by side, so that the whole lasts as long as the longest of them.
 */
final class Doctor {
    private static final long USUAL_HEARTBEAT = 15_000;
    private static final int UPLOAD_PATIENCE = 6;
    private static final ThreadFactory DAEMONS = task -> {
        Thread thread = new Thread(task, "rowhound-doctor");
        thread.setDaemon(true);
        return thread;
    };

    /** Told how far the checks are. */
    interface Listener {
        /** The node has greeted: these are the proxies that show, and so many checks begin. */
        void met(Set<ProxyKind> proxies, String server, int checks);

        /** One check is done. Called by several threads. */
        void done(String check);
    }

    private final Settings settings;
    private final Listener listener;

    /** For a check of that thoroughness. */
    Doctor(Settings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * Checks the deployment at that address.
     *
     * @throws UnreachableException if no node answers there
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
        Introduction.Known known = new Introduction(timer, settings).meet(address);
        Set<ProxyKind> proxies = ProxyKind.recognise(known.first().headers());
        String server = String.join(", ", known.first().headers().allValues("Server"));
        List<Verdict> verdicts = new ArrayList<>(known.verdicts());
        verdicts.addAll(told(known, proxies));

        Map<String, Callable<List<Verdict>>> checks = checks(known, threads, timer);
        listener.met(proxies, server, checks.size());
        List<Future<List<Verdict>>> running = new ArrayList<>();
        checks.forEach((name, check) -> running.add(threads.submit(() -> {
            List<Verdict> found = check.call();
            listener.done(name);
            return found;
        })));
        for (Future<List<Verdict>> check : running) {
            try {
                verdicts.addAll(check.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("a check failed", e.getCause());
            }
        }
        return new Report(known.target().base(), server, proxies, List.copyOf(verdicts));
    }

    private Map<String, Callable<List<Verdict>>> checks(
            Introduction.Known known, ExecutorService threads, ScheduledExecutorService timer) {
        Target target = known.target();
        Duration heartbeat = Duration.ofMillis(known.first().hello().getLong("heartbeat_ms", USUAL_HEARTBEAT));
        StreamChecks streams = new StreamChecks(target, timer, settings);
        SilenceChecks silence = new SilenceChecks(target, timer, settings, heartbeat);
        UploadCheck upload = new UploadCheck(
                new ProbeUpload(target, threads, settings.grace().multipliedBy(UPLOAD_PATIENCE)),
                settings,
                known.first().hello().getLong("max_upload_bytes", 0L));
        Map<String, Callable<List<Verdict>>> checks = new LinkedHashMap<>();
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
                checks.put("heartbeats", silence::beatingStream);
                checks.put("websocket heartbeats", silence::beatingSocket);
            }
        }
        checks.put("upload", upload::run);
        return checks;
    }

    /** What follows from the greeting itself. */
    private static List<Verdict> told(Introduction.Known known, Set<ProxyKind> proxies) {
        List<Verdict> verdicts = new ArrayList<>();
        if (!known.first().greeted()) {
            return verdicts;
        }
        String http = known.first().hello().getString("http", "");
        verdicts.add(
                http.equals("1.0")
                        ? Verdict.finding(
                                "upstream",
                                Fault.OLD_HTTP,
                                "A proxy speaks HTTP/1.0 to the node: without chunks a cut stream looks whole, and"
                                        + " there are no WebSockets.")
                        : Verdict.ok("upstream", "The node is spoken to in HTTP/" + http + "."));
        String client = known.first().hello().getString("client", "");
        if (!proxies.isEmpty() && inside(client)) {
            verdicts.add(Verdict.note(
                    "client",
                    Fault.ONE_CLIENT,
                    "The node takes you for " + client
                            + ", which is the proxy or a machine inside: limits for each client count all as one."));
        }
        return verdicts;
    }

    private static boolean inside(String client) {
        try {
            // An address, never a name: nothing is asked.
            InetAddress address = client.matches("[0-9a-fA-F.:]+") ? InetAddress.getByName(client) : null;
            return address != null && (address.isLoopbackAddress() || address.isSiteLocalAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
