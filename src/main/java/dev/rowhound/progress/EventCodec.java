package dev.rowhound.progress;

import dev.rowhound.job.ItemState;
import dev.rowhound.job.event.PauseReason;
import dev.rowhound.job.event.WireTime;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;

/**
 * Builds an event's wire form from its entry in the Redis stream. The entry has the fields {@code t} type, {@code h}
 * mark, {@code a} time in milliseconds, {@code g} generation, {@code r} row or 0, {@code c} counters, followed by the
 * event's specific fields in order: {@code d}, a JSON object with some of them; {@code halt}, a stored
 * {@link PauseReason}; {@code until}, the deadline in milliseconds of the preceding question; or a field's name with
 * its JSON.
 */
final class EventCodec {
    private static final int VERSION = 1;
    private static final String DATA = "d";

    /** The order of the counters in {@code c}: number of rows, these states, and the total number of rows if known. */
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

    /** Decodes an entry of {@code XRANGE}. */
    static JobEvent decode(String job, Response entry) {
        String id = entry.get(0).toString();
        Map<String, String> fields = new HashMap<>();
        StringBuilder specific = new StringBuilder(256);
        Response pairs = entry.get(1);
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            String name = pairs.get(i).toString();
            String value = pairs.get(i + 1).toString();
            if (name.length() == 1 && !name.equals(DATA)) {
                fields.put(name, value);
            } else {
                addSpecific(specific, name, value);
            }
        }
        long seq = Long.parseLong(id.substring(0, id.indexOf('-')));
        String type = fields.getOrDefault("t", "");
        Cursor cursor = new Cursor(seq, fields.getOrDefault("h", ""));
        return new JobEvent(cursor, type, json(job, cursor, type, fields, specific));
    }

    /** Appends fields, each preceded by a comma. */
    private static void addSpecific(StringBuilder json, String name, String value) {
        switch (name) {
            case DATA -> {
                if (value.length() > 2) {
                    json.append(',').append(value, 1, value.length() - 1);
                }
            }
            case "halt" ->
                json.append(",\"reason\":").append(PauseReason.toJson(value).encode());
            case "until" -> {
                json.setLength(json.length() - 1);
                json.append(",\"until\":\"")
                        .append(WireTime.ofMillis(Long.parseLong(value)))
                        .append("\"}");
            }
            default -> json.append(",\"").append(name).append("\":").append(value);
        }
    }

    private static String json(
            String job, Cursor cursor, String type, Map<String, String> fields, StringBuilder specific) {
        StringBuilder json = new StringBuilder(512);
        json.append("{\"v\":").append(VERSION);
        json.append(",\"id\":\"").append(cursor);
        json.append("\",\"seq\":").append(cursor.seq());
        json.append(",\"type\":\"").append(type);
        json.append("\",\"job\":\"").append(job);
        json.append("\",\"gen\":").append(fields.getOrDefault("g", "1"));
        json.append(",\"at\":\"");
        json.append(WireTime.ofMillis(Long.parseLong(fields.getOrDefault("a", "0"))));
        json.append('"');
        String row = fields.getOrDefault("r", "0");
        if (!row.equals("0")) {
            json.append(",\"row\":").append(row);
        }
        json.append(specific);
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
