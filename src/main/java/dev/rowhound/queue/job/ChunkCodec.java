package dev.rowhound.queue.job;

import dev.rowhound.job.Row;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterOutputStream;

/**
 * Encodes rows for Redis: a JSON list with {@code [key, alias of, validation error, [values]]} a row, deflated (RFC
 * 1950). Row numbers follow from the number of the first row.
 */
public final class ChunkCodec {
    private ChunkCodec() {}

    public static Buffer encode(List<Row> rows) {
        JsonArray list = new JsonArray();
        for (Row row : rows) {
            list.add(new JsonArray()
                    .add(row.key())
                    .add(row.aliasOf())
                    .add(row.invalid())
                    .add(new JsonArray(row.values())));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
            deflater.write(list.toBuffer().getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    public static List<Row> decode(int firstRow, Buffer deflated) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InflaterOutputStream inflater = new InflaterOutputStream(bytes)) {
            inflater.write(deflated.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JsonArray list = new JsonArray(Buffer.buffer(bytes.toByteArray()));
        List<Row> rows = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            JsonArray row = list.getJsonArray(i);
            JsonArray values = row.getJsonArray(3);
            List<String> texts = new ArrayList<>(values.size());
            for (int column = 0; column < values.size(); column++) {
                texts.add(values.getString(column));
            }
            rows.add(new Row(firstRow + i, row.getString(0), row.getInteger(1), row.getString(2), texts));
        }
        return rows;
    }
}
