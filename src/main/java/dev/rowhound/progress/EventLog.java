package dev.rowhound.progress;

import dev.rowhound.redis.Keys;
import dev.rowhound.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads jobs' events from the store, which is the truth about them. */
public final class EventLog {
    private final RedisConnector redis;

    /** For the store behind that connection. */
    public EventLog(RedisConnector redis) {
        this.redis = redis;
    }

    /**
     * What follows a cursor.
     *
     * @param lost whether the cursor's event is not in the log: it was trimmed, or its history was lost
     * @param events what follows, in order without a hole; empty where nothing does, or the cursor is lost
     * @param last the cursor's own event, or null before the first
     * @param more whether the log goes on behind these events
     */
    public record Read(
            boolean lost, List<JobEvent> events, @Nullable JobEvent last, boolean more) {
        private static final Read LOST = new Read(true, List.of(), null, false);

        /** Whether the log ends here with a job's last event: where a generation was retried, only the newest one's. */
        public boolean ended() {
            JobEvent end = events.isEmpty() ? last : events.get(events.size() - 1);
            return end != null && end.terminal() && !more;
        }
    }

    /** The job's last event, or null where it has none. */
    public Future<@Nullable JobEvent> last(String job) {
        return redis.send(Command.XREVRANGE, Keys.job(job).events(), "+", "-", "COUNT", 1)
                .map(entries -> entries == null || entries.size() == 0 ? null : EventCodec.decode(job, entries.get(0)));
    }

    /** Reads at most so many events behind a cursor. */
    public Future<Read> after(String job, Cursor cursor, int most) {
        // The cursor's own event is read with them: if it is another one than the watcher saw, its history is lost.
        boolean start = cursor.seq() == 0;
        String from = (start ? 1 : cursor.seq()) + "-0";
        // One more than is asked for tells whether the log goes on.
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
