package dev.rowhound.fault;

import dev.rowhound.redis.Keys;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * A job's events as they stand in Redis.
 *
 * @param job the job's id
 * @param ids the events' cursors, as read from Redis itself
 * @param events their text, as a node tells it to who asks once
 */
record JobStream(String job, List<String> ids, List<String> events) {
    private static final int PAGE = 1000;

    /**
     * Reads it; the job has ended.
     *
     * @throws AssertionError if it is not numbered 1 to N, or the node tells other events than there are
     */
    static JobStream read(RedisServer redis, URI node, String job) throws IOException {
        List<String> ids = new ArrayList<>();
        try (RespClient client = redis.client()) {
            for (Object entry : (List<?>) client.call("XRANGE", Keys.job(job).events(), "-", "+")) {
                List<?> pair = (List<?>) entry;
                List<?> fields = (List<?>) pair.get(1);
                String seq = pair.get(0).toString().replaceAll("-0$", "");
                ids.add(seq + "." + fields.get(fields.indexOf("h") + 1));
                if (!seq.equals(Integer.toString(ids.size()))) {
                    throw new AssertionError("entry " + ids.size() + " of the stream is " + pair.get(0));
                }
            }
        }
        List<String> events = new ArrayList<>();
        while (events.size() < ids.size()) {
            String after = events.isEmpty() ? "0" : ids.get(events.size() - 1);
            NodeApi.Answer page =
                    NodeApi.get(node, NodeApi.JOBS + "/" + job + "/events?limit=" + PAGE + "&after=" + after);
            List<String> read = PollBody.events(page.text());
            if (read.isEmpty()) {
                throw new AssertionError("nothing behind " + after + ": " + page);
            }
            events.addAll(read);
        }
        for (int i = 0; i < ids.size(); i++) {
            if (!new JsonObject(events.get(i)).getString("id").equals(ids.get(i))) {
                throw new AssertionError("where Redis has " + ids.get(i) + " the node tells " + events.get(i));
            }
        }
        return new JobStream(job, List.copyOf(ids), List.copyOf(events));
    }

    /** The place of the first event behind a cursor, counted from 0; less than 0 where the cursor is not in it. */
    int indexBehind(String cursor) {
        if (cursor.equals("0") || cursor.equals("0.")) {
            return 0;
        }
        int index = ids.indexOf(cursor);
        return index < 0 ? -1 : index + 1;
    }
}
