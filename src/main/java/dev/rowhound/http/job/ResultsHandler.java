package dev.rowhound.http.job;

import dev.rowhound.app.Refusal;
import dev.rowhound.app.reading.JobLookup;
import dev.rowhound.app.reading.JobReading;
import dev.rowhound.app.reading.JobRows;
import dev.rowhound.http.stream.PacedWriter;
import dev.rowhound.queue.job.JobSnapshot;
import dev.rowhound.queue.job.Jobs;
import dev.rowhound.queue.result.ItemView;
import dev.rowhound.queue.result.Items;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code GET /api/v1/jobs/{id}/results}: all rows in input order, streamed in chunks so that memory does not
 * grow with the job. Rows that have not ended appear in their current state. The job is held during the response. If
 * its rows disappear nevertheless, the response is aborted, so that no client mistakes a part for the whole.
 */
final class ResultsHandler {
    /** Makes spreadsheet programs read the CSV file as UTF-8. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Jobs jobs;
    private final Items items;

    ResultsHandler(Jobs jobs, Items items) {
        this.jobs = jobs;
        this.items = items;
    }

    private enum Format {
        CSV("text/csv; charset=utf-8"),
        JSON("application/json"),
        NDJSON("application/x-ndjson");

        final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }
    }

    void handle(RoutingContext context) {
        Format format = format(context.request().getParam("format"));
        boolean byteOrderMark = "true".equals(context.request().getParam("bom"));
        JobLookup.find(jobs, context.pathParam("id"))
                .compose(job -> JobReading.of(
                        context.vertx(), jobs, job, () -> stream(context.response(), job, format, byteOrderMark)))
                .onFailure(context::fail);
    }

    private Future<Void> stream(HttpServerResponse response, JobSnapshot job, Format format, boolean byteOrderMark) {
        JobRows rows = new JobRows(items, job);
        // Read before the response head is written, so that a missing job is answered with an error.
        return rows.first().compose(first -> stream(response, rows, first, format, byteOrderMark));
    }

    private static Future<Void> stream(
            HttpServerResponse response, JobRows all, List<ItemView> first, Format format, boolean byteOrderMark) {
        JobSnapshot job = all.job();
        String name = format == Format.CSV ? "csv" : format.name().toLowerCase(Locale.ROOT);
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, format.contentType)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("Content-Disposition", "attachment; filename=\"results-" + job.id() + "." + name + "\"");
        PacedWriter writer = new PacedWriter(response);
        String head =
                switch (format) {
                    case CSV -> (byteOrderMark ? BYTE_ORDER_MARK : "") + csv(List.of(csvHeader(job)));
                    case JSON -> "[";
                    case NDJSON -> "";
                };
        return writer.write(Buffer.buffer(head))
                .compose(done -> all.each(first, rows -> writer.write(Buffer.buffer(text(rows, job, format)))))
                .compose(done -> response.end(format == Format.JSON ? "]\n" : ""));
    }

    private static String text(List<ItemView> rows, JobSnapshot job, Format format) {
        if (format == Format.CSV) {
            return csv(rows.stream().map(row -> csvRow(row, job)).toList());
        }
        StringBuilder text = new StringBuilder();
        for (ItemView row : rows) {
            if (format == Format.JSON) {
                text.append(row.row().number() == 1 ? "\n" : ",\n");
            }
            text.append(JobJson.item(row, job).encode());
            if (format == Format.NDJSON) {
                text.append('\n');
            }
        }
        return text.toString();
    }

    private static List<String> csvHeader(JobSnapshot job) {
        List<String> header = new ArrayList<>(job.columns());
        header.add("state");
        header.addAll(job.fields());
        header.add("error");
        return header;
    }

    private static List<String> csvRow(ItemView item, JobSnapshot job) {
        List<String> cells = new ArrayList<>(item.row().values());
        cells.add(item.state().wire());
        for (String field : job.fields()) {
            cells.add(cell(item.fields().getValue(field)));
        }
        cells.add(
                item.error() == null
                        ? ""
                        : item.error().code().wire() + ": " + item.error().message());
        return cells;
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof JsonArray || value instanceof JsonObject) {
            return value.toString();
        }
        return String.valueOf(value);
    }

    private static String csv(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
            for (List<String> row : rows) {
                printer.printRecord(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory takes everything", e);
        }
        return text.toString();
    }

    private static Format format(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return Format.CSV;
        }
        return Arrays.stream(Format.values())
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> Refusal.of(
                        "invalid_field", "\"" + name + "\" is not a format; use csv, json or ndjson", "format"));
    }
}
