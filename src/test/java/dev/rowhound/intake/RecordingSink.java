package dev.rowhound.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.job.Row;
import dev.rowhound.job.RowChunk;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what it is given and holds the order of the calls against their contract. */
final class RecordingSink implements ChunkSink {
    final List<RowChunk> chunks = new ArrayList<>();
    private @Nullable Layout layout;

    @Override
    public void begin(Layout found) {
        assertThat(layout).as("begin is called once").isNull();
        layout = found;
    }

    @Override
    public void accept(RowChunk chunk) {
        assertThat(layout).as("begin comes first").isNotNull();
        assertThat(chunk.index()).isEqualTo(chunks.size());
        assertThat(chunk.firstRow()).isEqualTo(rows().size() + 1);
        chunks.add(chunk);
    }

    boolean begun() {
        return layout != null;
    }

    Layout layout() {
        if (layout == null) {
            throw new AssertionError("begin was not called");
        }
        return layout;
    }

    List<Row> rows() {
        return chunks.stream().flatMap(chunk -> chunk.rows().stream()).toList();
    }

    List<List<String>> values() {
        return rows().stream().map(Row::values).toList();
    }

    List<String> keys() {
        return rows().stream().map(Row::key).toList();
    }
}
