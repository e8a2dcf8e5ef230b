package dev.rowhound;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** What a class writes into the log of this process, from {@code info} on. */
public final class LogLines implements AutoCloseable {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger logger;
    private final Level before;
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    };

    private LogLines(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        before = logger.getLevel();
        logger.setLevel(Level.INFO);
        appender.start();
        logger.addAppender(appender);
    }

    /** Listens to the logger of that name until it is closed. */
    public static LogLines of(String name) {
        return new LogLines(name);
    }

    /** The first line with all of those words; waits for it. */
    public String await(Duration limit, String... words) throws Exception {
        return Await.until(
                        "a line with " + List.of(words),
                        limit,
                        () -> lines.stream()
                                .filter(line -> List.of(words).stream().allMatch(line::contains))
                                .toList(),
                        found -> !found.isEmpty())
                .get(0);
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(before);
    }
}
