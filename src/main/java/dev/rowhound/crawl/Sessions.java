package dev.rowhound.crawl;

import dev.rowhound.crawl.view.GoneException;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.SessionState;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Session;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The sessions of a node: what the items of one job, or of one host, have in common. Safe for use by several threads. */
final class Sessions {
    /** Those beyond it that were used longest ago are forgotten; their items log in again. */
    private static final int MOST = 200;

    /** How long a failed log-in is not repeated, so that the site does not lock the user out. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int WAIT_MILLIS = 500;

    private final Map<String, Kept> all = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > MOST;
        }
    };

    /** Logs in and tells what is stored then. */
    interface LogIn {
        @Nullable
        String run(SessionState fresh) throws LookupException;
    }

    /** One session. */
    static final class Kept {
        private final String key;
        private final ReentrantLock lock = new ReentrantLock();
        private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ORIGINAL_SERVER);
        private volatile int version;
        private volatile @Nullable String stored;
        private volatile @Nullable String failure;
        private volatile long failedAt;

        private Kept(String key) {
            this.key = key;
        }

        /** The cookies of those who look without a browser. */
        CookieManager cookies() {
            return cookies;
        }

        /** What a page of this session goes on with; it may know nothing of a user. */
        SessionState state() {
            return new SessionState(key + "#" + version, stored);
        }

        /** Keeps what a page has stored, for those that begin after it. */
        void keep(String latest) {
            stored = latest;
        }

        /**
         * What a page goes on with whose user is logged in, by the one who comes first.
         *
         * @throws LookupException if that fails, or has failed a short time ago
         */
        SessionState loggedIn(Assignment assignment, LogIn logIn) throws LookupException {
            while (stored == null) {
                assignment.timeline().at(LoginRun.STEP);
                if (assignment.clock().over()) {
                    throw new LookupException(ErrorCode.TIMEOUT, "", LoginRun.STEP);
                }
                if (waited()) {
                    try {
                        if (stored == null) {
                            begin(logIn);
                        }
                    } finally {
                        lock.unlock();
                    }
                }
            }
            return state();
        }

        private boolean waited() {
            try {
                return lock.tryLock(WAIT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GoneException("the look-up was interrupted", false, e);
            }
        }

        private void begin(LogIn logIn) throws LookupException {
            String before = failure;
            if (before != null && System.nanoTime() - failedAt < QUIET_NANOS) {
                throw new LookupException(ErrorCode.LOGIN, before, LoginRun.STEP);
            }
            try {
                version++;
                stored = Objects.requireNonNullElse(logIn.run(new SessionState(key + "#" + version, null)), "");
                failure = null;
            } catch (LookupException e) {
                if (e.code() == ErrorCode.LOGIN) {
                    failure = e.getMessage();
                    failedAt = System.nanoTime();
                }
                throw e;
            }
        }

        /** The user of that state is no longer logged in. */
        void lapsed(SessionState state) {
            lock.lock();
            try {
                if (state.equals(state())) {
                    stored = null;
                    version++;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** The session that an item belongs to, or null where its recipe keeps nothing. */
    @Nullable
    Kept of(Recipe recipe, ItemInput input) {
        Session session = recipe.session();
        if (session == null) {
            return null;
        }
        String whose = session.keep() == Session.Keep.JOB
                ? "job " + input.job() + "/" + input.created()
                : CrawlEngine.hostOf(recipe, input);
        String key = whose + " " + recipe.name() + "@" + recipe.version();
        synchronized (all) {
            return all.computeIfAbsent(key, Kept::new);
        }
    }
}
