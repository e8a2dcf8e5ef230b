package dev.rowhound.egress;

import crawlercommons.robots.BaseRobotRules;
import crawlercommons.robots.SimpleRobotRules;
import crawlercommons.robots.SimpleRobotRulesParser;
import dev.rowhound.cache.LruMap;
import dev.rowhound.net.WebAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
 * Evaluates the robots.txt of each site, parsed by crawler-commons. The file is fetched under the same rules as
 * everything else, cached for an hour (a failure for five minutes), and fetched once for concurrent callers.
 * Thread-safe.
 */
public final class RobotsTxt implements AutoCloseable {
    static final Duration CACHE_TIME = Duration.ofHours(1);
    static final Duration FAILURE_CACHE_TIME = Duration.ofMinutes(5);

    /** The minimum that RFC 9309 requires a parser to read. */
    private static final int MAX_BYTES = 500 << 10;

    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_SITES = 2_000;
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(15);

    private final EgressClient client;
    private final String agent;
    private final InstantSource clock;
    private final SimpleRobotRulesParser parser = new SimpleRobotRulesParser();

    /** A fetch serves all waiting callers, and outlives the timeout of the first. */
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "robots");
        thread.setDaemon(true);
        return thread;
    });

    private final Map<Key, Entry> entries = new LruMap<>(MAX_SITES);

    /** The policy is part of the key: a site may refuse one policy and serve another. */
    private record Key(String origin, String policy) {}

    private record Entry(CompletableFuture<Page> page, Instant started) {
        boolean isFresh(Instant now) {
            if (!page.isDone()) {
                return true;
            }
            boolean good = !page.isCompletedExceptionally() && page.join().rules != null;
            return now.isBefore(started.plus(good ? CACHE_TIME : FAILURE_CACHE_TIME));
        }
    }

    /** A site's rules, or null with the permission that applies instead. */
    private record Page(@Nullable BaseRobotRules rules, Permission fallback) {}

    RobotsTxt(EgressClient client, String agent, InstantSource clock) {
        this.client = client;
        this.agent = agent.toLowerCase(Locale.ROOT);
        this.clock = clock;
    }

    /**
     * The result of a check.
     *
     * @param reason one sentence for a person
     */
    public record Permission(Access access, String reason) {
        public boolean allowed() {
            return access == Access.ALLOWED;
        }
    }

    public enum Access {
        ALLOWED,
        /** The site disallows it; the item is blocked with {@code ROBOTS}. */
        DISALLOWED,
        /** The site failed to serve robots.txt (status 500 or more): retry with {@code HTTP_5XX}. */
        UNAVAILABLE
    }

    /**
     * Checks whether a page may be fetched. A site without robots.txt (any status from 400 to 499) allows everything;
     * for an unreachable site the page is allowed, and its own fetch will report the error.
     *
     * @param url an absolute http or https URL; anything else is allowed, because it is not fetched anyway
     * @param within the timeout, after which the site counts as unreachable
     * @param policy the policy for fetching robots.txt
     */
    public Permission check(String url, Duration within, EgressPolicy policy) {
        Optional<WebAddress> address = WebAddress.parse(url);
        if (address.isEmpty()) {
            return new Permission(Access.ALLOWED, "The URL is not a web URL");
        }
        Page page;
        try {
            page = page(new Key(address.get().origin(), policy.key()), policy, within);
        } catch (TimeoutException e) {
            return new Permission(Access.ALLOWED, "The site's robots.txt did not arrive in time");
        }
        if (page.rules == null) {
            return page.fallback;
        }
        String requested = address.get().origin() + address.get().target();
        return page.rules.isAllowed(requested)
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
            if (known != null && known.isFresh(clock.instant())) {
                page = known.page;
            } else {
                page = CompletableFuture.supplyAsync(() -> fetch(key, policy), threads);
                entries.put(key, new Entry(page, clock.instant()));
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
        WebRequest request = new WebRequest(url, Map.of("User-Agent", agent), null, FETCH_TIMEOUT, policy);
        try {
            WebResponse answer = client.get(request, new EgressClient.Bounds(MAX_BYTES, true, MAX_REDIRECTS));
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
            return failed(Access.ALLOWED, "The wait for the site's robots.txt was interrupted");
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
