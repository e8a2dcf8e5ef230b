package dev.rowhound.crawl;

import dev.rowhound.cache.LruMap;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.SessionState;
import dev.rowhound.crawl.view.ViewClosedException;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.ItemInput;
import dev.rowhound.recipe.Recipe;
import dev.rowhound.recipe.Session;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The sessions of a node, shared by the items of one job or of one host. Thread-safe. */
final class SessionPool {
    /** Beyond this limit the least recently used session is evicted; its items log in again. */
    private static final int MAX_SESSIONS = 200;

    /** A failed login is not repeated for this long, so that the site does not lock the account. */
    private static final long LOGIN_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int WAIT_MILLIS = 500;

    private final Map<String, PooledSession> all = new LruMap<>(MAX_SESSIONS);

    /** Logs in and returns the storage state, or null. */
    interface LogIn {
        @Nullable
        String run(SessionState fresh) throws LookupException;
    }

    static final class PooledSession {
        private final String key;
        private final ReentrantLock lock = new ReentrantLock();
        private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ORIGINAL_SERVER);
        private volatile int version;
        private volatile @Nullable String storageState;
        private volatile @Nullable String failure;
        private volatile long failedAt;

        private PooledSession(String key) {
            this.key = key;
        }

        /** Returns the cookies of the HTTP engine. */
        CookieManager cookies() {
            return cookies;
        }

        /** Returns the state that a page of this session starts with, whether or not a user is logged in. */
        SessionState state() {
            return new SessionState(key + "#" + version, storageState);
        }

        /** Stores the state that a page left, for pages that are opened after it. */
        void keep(String latest) {
            storageState = latest;
        }

        /**
         * Returns the state of a logged-in user. The first caller logs in; the others wait for it.
         *
         * @throws LookupException if the login fails, or has failed within the backoff time
         */
        SessionState loggedIn(Assignment assignment, LogIn logIn) throws LookupException {
            while (storageState == null) {
                assignment.timeline().enter(LoginRun.STEP);
                if (assignment.clock().over()) {
                    throw new LookupException(ErrorCode.TIMEOUT, "", LoginRun.STEP);
                }
                if (lockInTime()) {
                    try {
                        if (storageState == null) {
                            logInOnce(logIn);
                        }
                    } finally {
                        lock.unlock();
                    }
                }
            }
            return state();
        }

        private boolean lockInTime() {
            try {
                return lock.tryLock(WAIT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ViewClosedException("the look-up was interrupted", false, e);
            }
        }

        private void logInOnce(LogIn logIn) throws LookupException {
            String before = failure;
            if (before != null && System.nanoTime() - failedAt < LOGIN_BACKOFF_NANOS) {
                throw new LookupException(ErrorCode.LOGIN, before, LoginRun.STEP);
            }
            try {
                version++;
                storageState = Objects.requireNonNullElse(logIn.run(new SessionState(key + "#" + version, null)), "");
                failure = null;
            } catch (LookupException e) {
                if (e.code() == ErrorCode.LOGIN) {
                    failure = e.getMessage();
                    failedAt = System.nanoTime();
                }
                throw e;
            }
        }

        /** Invalidates the state of a user who is no longer logged in. */
        void expire(SessionState state) {
            lock.lock();
            try {
                if (state.equals(state())) {
                    storageState = null;
                    version++;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Returns the session of an item, or null if its recipe has none. */
    @Nullable
    PooledSession of(Recipe recipe, ItemInput input) {
        Session session = recipe.session();
        if (session == null) {
            return null;
        }
        String scope = session.keep() == Session.Keep.JOB
                ? "job " + input.job() + "/" + input.created()
                : CrawlEngine.hostOf(recipe, input);
        String key = scope + " " + recipe.name() + "@" + recipe.version();
        synchronized (all) {
            return all.computeIfAbsent(key, PooledSession::new);
        }
    }
}
