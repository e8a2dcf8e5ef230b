package dev.rowhound.cli;

import io.vertx.core.spi.logging.LogDelegate;
import io.vertx.core.spi.logging.LogDelegateFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vert.x's way to SLF4J that makes no logger before {@link LogTarget} has said where this process logs, unless there is
 * a warning to tell. Vert.x's own way makes one, and tells a debug message, as soon as JSON is read; but the
 * configuration is JSON, and says what {@link LogTarget} needs.
 */
public final class LateVertxLog implements LogDelegateFactory {
    private static final String PROPERTY = "vertx.logger-delegate-factory-class-name";

    private static volatile boolean targetKnown;

    /** For Vert.x, which makes it by the name in a system property. */
    public LateVertxLog() {}

    /** Makes Vert.x take this way, unless another is chosen. To be called before Vert.x is used. */
    static void install() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, LateVertxLog.class.getName());
        }
    }

    /** Lets messages below a warning through from here on. */
    static void targetIsKnown() {
        targetKnown = true;
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public LogDelegate createDelegate(String name) {
        return new Late(name);
    }

    private static final class Late implements LogDelegate {
        private final String name;

        private Late(String name) {
            this.name = name;
        }

        /** SLF4J keeps its loggers, so a look-up is one in a map. */
        private Logger logger() {
            return LoggerFactory.getLogger(name);
        }

        @Override
        public String implementation() {
            return "SLF4J";
        }

        @Override
        public boolean isWarnEnabled() {
            return logger().isWarnEnabled();
        }

        @Override
        public boolean isInfoEnabled() {
            return targetKnown && logger().isInfoEnabled();
        }

        @Override
        public boolean isDebugEnabled() {
            return targetKnown && logger().isDebugEnabled();
        }

        @Override
        public boolean isTraceEnabled() {
            return targetKnown && logger().isTraceEnabled();
        }

        @Override
        public void error(Object message) {
            logger().error("{}", message);
        }

        @Override
        public void error(Object message, Throwable cause) {
            logger().error(String.valueOf(message), cause);
        }

        @Override
        public void warn(Object message) {
            logger().warn("{}", message);
        }

        @Override
        public void warn(Object message, Throwable cause) {
            logger().warn(String.valueOf(message), cause);
        }

        @Override
        public void info(Object message) {
            if (isInfoEnabled()) {
                logger().info("{}", message);
            }
        }

        @Override
        public void info(Object message, Throwable cause) {
            if (isInfoEnabled()) {
                logger().info(String.valueOf(message), cause);
            }
        }

        @Override
        public void debug(Object message) {
            if (isDebugEnabled()) {
                logger().debug("{}", message);
            }
        }

        @Override
        public void debug(Object message, Throwable cause) {
            if (isDebugEnabled()) {
                logger().debug(String.valueOf(message), cause);
            }
        }

        @Override
        public void trace(Object message) {
            if (isTraceEnabled()) {
                logger().trace("{}", message);
            }
        }

        @Override
        public void trace(Object message, Throwable cause) {
            if (isTraceEnabled()) {
                logger().trace(String.valueOf(message), cause);
            }
        }
    }
}
