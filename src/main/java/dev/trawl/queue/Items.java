package dev.trawl.queue;

import dev.trawl.job.ErrorCode;
import dev.trawl.job.ItemError;
import dev.trawl.job.ItemState;
import dev.trawl.job.Row;
import dev.trawl.redis.Keys;
import dev.trawl.redis.RedisConnector;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a job's rows as they came, and with what is known of them. Safe for use from any thread.
 */
public final class Items {
    private final RedisConnector redis;
    private final Chunks chunks;

    /** For the store behind that connection. */
    public Items(RedisConnector redis) {
        this.redis = redis;
        this.chunks = new Chunks(redis);
    }

    /** One row as it came, or null where there is no such row. A job that has just gone may still have it. */
    public Future<@Nullable Row> row(String job, int number) {
        return chunks.row(job, number);
    }

    /**
     * Rows in input order from that one on, up to the end of their chunk.
     *
     * @param ended whether the job has ended before its time, so that rows without an end are cancelled
     * @return the rows, none behind the last one
     */
    public Future<List<ItemView>> page(String job, int from, boolean ended) {
        return chunks.index(job).compose(index -> {
            int chunk = index.chunkOf(from);
            if (chunk < 0) {
                return Future.succeededFuture(List.of());
            }
            return chunks.rows(job, index, chunk)
                    .map(rows ->
                            rows.stream().filter(row -> row.number() >= from).toList())
                    .compose(rows -> rows.isEmpty() ? Future.succeededFuture(List.of()) : views(job, rows, ended));
        });
    }

    private Future<List<ItemView>> views(String job, List<Row> rows, boolean ended) {
        Keys.Job keys = Keys.job(job);
        int first = rows.get(0).number();
        int last = rows.get(rows.size() - 1).number();
        TreeSet<Integer> sources = new TreeSet<>();
        TreeSet<Integer> elsewhere = new TreeSet<>();
        for (Row row : rows) {
            int source = row.aliasOf() > 0 ? row.aliasOf() : row.number();
            sources.add(source);
            if (source < first) {
                elsewhere.add(source);
            }
        }
        Request results = Request.cmd(Command.HMGET).arg(keys.results());
        sources.forEach(source -> results.arg((int) source));
        Future<@Nullable Response> bytes = redis.send(Command.GETRANGE, keys.states(), first - 1, last - 1);
        Future<@Nullable Response> found = redis.send(results);
        Future<Map<Integer, Character>> before = states(keys, elsewhere);
        return Future.all(bytes, found, before).map(all -> {
            Map<Integer, Character> states = new HashMap<>(before.result());
            String own = text(bytes.result());
            for (int row = first; row <= last; row++) {
                states.put(row, row - first < own.length() ? own.charAt(row - first) : ItemState.WAITING.code());
            }
            Map<Integer, String> stored = new HashMap<>();
            int place = 0;
            for (int source : sources) {
                Response result = found.result() == null ? null : found.result().get(place++);
                if (result != null) {
                    stored.put(source, result.toString());
                }
            }
            return rows.stream()
                    .map(row -> view(
                            row,
                            states.getOrDefault(row.aliasOf() > 0 ? row.aliasOf() : row.number(), '\0'),
                            stored.get(row.aliasOf() > 0 ? row.aliasOf() : row.number()),
                            ended))
                    .toList();
        });
    }

    /** The state bytes of rows that lie anywhere. */
    private Future<Map<Integer, Character>> states(Keys.Job keys, TreeSet<Integer> rows) {
        List<Integer> order = new ArrayList<>(rows);
        List<Future<@Nullable Response>> replies = order.stream()
                .map(row -> redis.send(Command.GETRANGE, keys.states(), row - 1, row - 1))
                .toList();
        return Future.all(replies).map(all -> {
            Map<Integer, Character> states = new HashMap<>();
            for (int i = 0; i < order.size(); i++) {
                String state = text(all.resultAt(i));
                states.put(order.get(i), state.isEmpty() ? ItemState.WAITING.code() : state.charAt(0));
            }
            return states;
        });
    }

    private static String text(@Nullable Response bytes) {
        return bytes == null ? "" : bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private static ItemView view(Row row, char code, @Nullable String stored, boolean ended) {
        if (row.invalid() != null) {
            ItemError error = new ItemError(ErrorCode.INVALID_INPUT, row.invalid(), null);
            return new ItemView(row, ItemState.INVALID_INPUT, new JsonObject(), error, 0);
        }
        ItemState state = ItemState.of(code);
        if (ended && !state.ended()) {
            state = ItemState.CANCELLED;
        }
        if (stored == null || !state.ended()) {
            return new ItemView(row, state, new JsonObject(), null, 0);
        }
        // token|generation|result
        int second = stored.indexOf('|', stored.indexOf('|') + 1);
        JsonObject result = new JsonObject(stored.substring(second + 1));
        JsonObject error = result.getJsonObject("error");
        return new ItemView(
                row,
                state,
                result.getJsonObject("fields"),
                error == null ? null : ItemError.of(error),
                result.getInteger("attempts"));
    }
}
