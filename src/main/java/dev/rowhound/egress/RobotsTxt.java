package dev.rowhound.egress;

import crawlercommons.robots.BaseRobotRules;
import crawlercommons.robots.SimpleRobotRules;
import crawlercommons.robots.SimpleRobotRulesParser;
import dev.rowhound.net.WebAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What the robots.txt of each site says, read by crawler-commons. It is fetched through the same rules as everything
 * else, kept for an hour (a failure for five minutes), and fetched once however many ask at the same time. Safe for use
 * by several threads.
 */
public final class RobotsTxt implements AutoCloseable {
    static final Duration KEPT = Duration.ofHours(1);
    static final Duration FAILURE_KEPT = Duration.ofMinutes(5);

    /** As much as RFC 9309 asks a program to read. */
    private static final int MAX_BYTES = 500 << 10;

    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_SITES = 2_000;
    private static final Duration FETCH = Duration.ofSeconds(15);

    private final EgressClient client;
    private final String agent;
    private final InstantSource clock;
    private final SimpleRobotRulesParser parser = new SimpleRobotRulesParser();

    /** One asks for all that wait, and goes on when the first of them has waited long enough. */
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "robots");
        thread.setDaemon(true);
        return thread;
    });

    /** By origin, the one that was asked last at the end. */
    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /** RobotsTxt differ by the way there: one policy may be refused where another is served. */
    private record Key(String origin, String policy) {}

    private record Entry(CompletableFuture<Page> page, Instant begun) {
        boolean holds(Instant now) {
            if (!page.isDone()) {
                return true;
            }
            boolean good = !page.isCompletedExceptionally() && page.join().rules != null;
            return now.isBefore(begun.plus(good ? KEPT : FAILURE_KEPT));
        }
    }

    /** What a site answered: its rules, or null and what a question gets in place of them. */
    private record Page(@Nullable BaseRobotRules rules, Permission otherwise) {}

    RobotsTxt(EgressClient client, String agent, InstantSource clock) {
        this.client = client;
        this.agent = agent.toLowerCase(Locale.ROOT);
        this.clock = clock;
    }

    /**
     * What became of a question.
     *
     * @param access whether the page may be fetched
     * @param reason one sentence for a person
     */
    public record Permission(Access access, String reason) {
        /** Whether the page may be fetched. */
        public boolean allowed() {
            return access == Access.ALLOWED;
        }
    }

    /** Whether a page may be fetched. */
    public enum Access {
        /** Yes. */
        ALLOWED,
        /** No: the site asks programs not to. The item is blocked with {@code ROBOTS}. */
        DISALLOWED,
        /** The site's own fault kept it from answering (500 and more): try later, with {@code HTTP_5XX}. */
        UNAVAILABLE
    }

    /**
     * Whether that page may be fetched. A site without robots.txt (any status of 400 to 499) allows everything; one
     * that cannot be reached leaves it to the page itself to say so.
     *
     * @param url a whole address of the web; what is none is allowed, for it is not fetched anyway
     * @param within how long it may take; after that it counts as a site that cannot be reached
     * @param policy what it is fetched through, and may reach besides
     */
    public Permission check(String url, Duration within, EgressPolicy policy) {
        Optional<WebAddress> address = WebAddress.parse(url);
        if (address.isEmpty()) {
            return new Permission(Access.ALLOWED, "The address is none of the web");
        }
        Page page;
        try {
            page = page(new Key(address.get().origin(), policy.key()), policy, within);
        } catch (TimeoutException e) {
            return new Permission(Access.ALLOWED, "The site's robots.txt did not come in time");
        }
        if (page.rules == null) {
            return page.otherwise;
        }
        String asked = address.get().origin() + address.get().target();
        return page.rules.isAllowed(asked)
                ? new Permission(Access.ALLOWED, "The site's robots.txt allows it")
                : new Permission(
                        Access.DISALLOWED,
                        "The site's robots.txt (" + address.get().origin() + "/robots.txt) asks " + agent
                                + " not to fetch " + address.get().target());
    }

    private Page page(Key key, EgressPolicy policy, Duration within) throws TimeoutException {
        CompletableFuture<Page> page;
        synchronized (entries) {
            Entry known = entries.get(key);
            if (known != null && known.holds(clock.instant())) {
                page = known.page;
            } else {
                page = CompletableFuture.supplyAsync(() -> fetch(key, policy), threads);
                entries.put(key, new Entry(page, clock.instant()));
                if (entries.size() > MAX_SITES) {
                    entries.remove(entries.keySet().iterator().next());
                }
            }
        }
        try {
            return page.get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return failed(Access.ALLOWED, "The site's robots.txt could not be read: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException();
        }
    }

    private Page fetch(Key key, EgressPolicy policy) {
        String url = key.origin + "/robots.txt";
        WebRequest request = new WebRequest(url, Map.of("User-Agent", agent), null, FETCH, policy);
        try {
            WebAnswer answer = client.get(request, new EgressClient.Bounds(MAX_BYTES, true, MAX_REDIRECTS));
            if (answer.status() >= 500) {
                return failed(Access.UNAVAILABLE, "The site's robots.txt could not be read: status " + answer.status());
            }
            if (answer.status() != 200) {
                return new Page(
                        new SimpleRobotRules(SimpleRobotRules.RobotRulesMode.ALLOW_ALL),
                        new Permission(Access.ALLOWED, ""));
            }
            String type = answer.header("content-type");
            synchronized (parser) {
                return new Page(
                        parser.parseContent(url, answer.body(), type == null ? "text/plain" : type, List.of(agent)),
                        new Permission(Access.ALLOWED, ""));
            }
        } catch (EgressException e) {
            return failed(Access.ALLOWED, "The site's robots.txt could not be fetched: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(Access.ALLOWED, "The site's robots.txt was not waited for");
        }
    }

    private static Page failed(Access access, String reason) {
        return new Page(null, new Permission(access, reason));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
