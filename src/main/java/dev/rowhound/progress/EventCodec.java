package dev.rowhound.progress;

import dev.rowhound.job.ItemState;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;

/**
 * An event's wire form, made from its entry in the store's stream. The entry holds what the wire form says, without
 * its names: {@code t} type, {@code h} mark, {@code a} time in milliseconds, {@code g} generation, {@code r} row or 0,
 * {@code c} counters, {@code d} the event's own fields as a JSON object.
 */
final class EventCodec {
    private static final int VERSION = 1;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    /** The order of the counters in {@code c}: how many rows, these states, and how many rows in all if known. */
    private static final ItemState[] COUNTED = {
        ItemState.RUNNING,
        ItemState.RETRYING,
        ItemState.HELD,
        ItemState.NEEDS_HUMAN,
        ItemState.FOUND,
        ItemState.NOT_FOUND,
        ItemState.INVALID_INPUT,
        ItemState.BLOCKED,
        ItemState.FAILED,
        ItemState.CANCELLED
    };

    private EventCodec() {}

    /** Decodes one entry of {@code XRANGE}. */
    static JobEvent decode(String job, Response entry) {
        String id = entry.get(0).toString();
        Map<String, String> fields = new HashMap<>();
        Response pairs = entry.get(1);
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            fields.put(pairs.get(i).toString(), pairs.get(i + 1).toString());
        }
        long seq = Long.parseLong(id.substring(0, id.indexOf('-')));
        String type = fields.getOrDefault("t", "");
        Cursor cursor = new Cursor(seq, fields.getOrDefault("h", ""));
        return new JobEvent(cursor, type, json(job, cursor, type, fields));
    }

    private static String json(String job, Cursor cursor, String type, Map<String, String> fields) {
        StringBuilder json = new StringBuilder(512);
        json.append("{\"v\":").append(VERSION);
        json.append(",\"id\":\"").append(cursor);
        json.append("\",\"seq\":").append(cursor.seq());
        json.append(",\"type\":\"").append(type);
        json.append("\",\"job\":\"").append(job);
        json.append("\",\"gen\":").append(fields.getOrDefault("g", "1"));
        json.append(",\"at\":\"");
        TIME.formatTo(Instant.ofEpochMilli(Long.parseLong(fields.getOrDefault("a", "0"))), json);
        json.append('"');
        String row = fields.getOrDefault("r", "0");
        if (!row.equals("0")) {
            json.append(",\"row\":").append(row);
        }
        String own = fields.getOrDefault("d", "{}");
        if (own.length() > 2) {
            json.append(',').append(own, 1, own.length() - 1);
        }
        json.append(",\"counters\":");
        counters(json, fields.getOrDefault("c", "").split(",", -1));
        return json.append('}').toString();
    }

    private static void counters(StringBuilder json, String[] values) {
        int waiting = Integer.parseInt(values[0]);
        for (int i = 0; i < COUNTED.length; i++) {
            waiting -= Integer.parseInt(values[i + 1]);
        }
        json.append("{\"waiting\":").append(waiting);
        for (int i = 0; i < COUNTED.length; i++) {
            json.append(",\"").append(COUNTED[i].wire()).append("\":").append(values[i + 1]);
        }
        String total = values[COUNTED.length + 1];
        json.append(",\"total\":").append(total.isEmpty() ? "null" : total).append('}');
    }
}
