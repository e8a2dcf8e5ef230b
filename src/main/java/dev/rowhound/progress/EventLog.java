package dev.rowhound.progress;

import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads jobs' events from Redis, the authoritative event log. */
public final class EventLog {
    private final RedisConnector redis;

    public EventLog(RedisConnector redis) {
        this.redis = redis;
    }

    /**
     * The events after a cursor.
     *
     * @param lost whether the cursor's event is not in the log: it was trimmed, or its history was lost
     * @param events the following events, in order without gaps; empty if there are none or the cursor is lost
     * @param last the cursor's event, or null before the first
     * @param more whether the log continues after these events
     */
    public record Read(
            boolean lost, List<JobEvent> events, @Nullable JobEvent last, boolean more) {
        private static final Read LOST = new Read(true, List.of(), null, false);

        /** Returns whether the log ends here with a terminal event; after a retry only the latest one counts. */
        public boolean ended() {
            JobEvent end = events.isEmpty() ? last : events.get(events.size() - 1);
            return end != null && end.terminal() && !more;
        }
    }

    /** Returns the job's last event, or null if it has none. */
    public Future<@Nullable JobEvent> last(String job) {
        return redis.send(Command.XREVRANGE, Keys.job(job).events(), "+", "-", "COUNT", 1)
                .map(entries -> entries == null || entries.size() == 0 ? null : EventCodec.decode(job, entries.get(0)));
    }

    /** Reads at most {@code most} events after a cursor. */
    public Future<Read> after(String job, Cursor cursor, int most) {
        // Includes the cursor's own event: if it differs from the one that the watcher saw, that history is lost.
        boolean start = cursor.seq() == 0;
        String from = (start ? 1 : cursor.seq()) + "-0";
        // One extra event shows whether the log continues.
        int count = (start ? most : most + 1) + 1;
        return redis.send(Command.XRANGE, Keys.job(job).events(), from, "+", "COUNT", count)
                .map(entries -> read(job, cursor, most, entries));
    }

    private static Read read(String job, Cursor cursor, int most, @Nullable Response entries) {
        List<JobEvent> events = new ArrayList<>();
        if (entries != null) {
            for (Response entry : entries) {
                events.add(EventCodec.decode(job, entry));
            }
        }
        if (cursor.seq() == 0) {
            boolean lost = !events.isEmpty() && events.get(0).cursor().seq() != 1;
            return lost ? Read.LOST : read(events, null, most);
        }
        if (events.isEmpty() || !events.get(0).cursor().equals(cursor)) {
            return Read.LOST;
        }
        return read(events.subList(1, events.size()), events.get(0), most);
    }

    private static Read read(List<JobEvent> events, @Nullable JobEvent last, int most) {
        return new Read(false, events.subList(0, Math.min(most, events.size())), last, events.size() > most);
    }
}
