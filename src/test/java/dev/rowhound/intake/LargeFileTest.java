package dev.rowhound.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rowhound.intake.IntakeException.Code;
import dev.rowhound.job.Row;
import dev.rowhound.job.RowChunk;
import dev.rowhound.recipe.Input;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory does not grow with the file. */
class LargeFileTest {
    private static final int MILLION = 1_000_000;
    private static final Input ANYTHING = new Input("key", List.of(), null, null, null);

    @TempDir
    Path folder;

    @Test
    void aMillionDistinctKeysTakeTwentyBytesOfHeapEach() throws Exception {
        GeneratedLines file = new GeneratedLines(
                MILLION + 1,
                i -> i == 0 ? "key,note\n" : "key-" + i + ",some words to make the row longer " + i + "\n");
        HeapSink sink = new HeapSink();

        int rows = new CsvIntake(folder, MILLION).run(file, CsvOptions.DETECT, ANYTHING, sink);

        assertThat(rows).isEqualTo(MILLION);
        assertThat(file.bytesRead()).isGreaterThan(50_000_000);
        assertThat(sink.repeated).isZero();
        assertThat(sink.retainedAtEnd - sink.retainedAtStart)
                .as("bytes of heap that a million rows of %d bytes retain", file.bytesRead())
                .isLessThan(24_000_000);
    }

    @Test
    void oneKeyNineHundredThousandTimesIsOneKey() throws Exception {
        GeneratedLines file = new GeneratedLines(MILLION, i -> i < 100_000 ? "key-" + i + "\n" : "key-7\n");
        HeapSink sink = new HeapSink();

        new CsvIntake(folder, MILLION).run(file, CsvOptions.DETECT, ANYTHING, sink);

        assertThat(sink.repeated).isEqualTo(900_000);
        assertThat(sink.repeatedOfOther)
                .as("repeats of another row than the eighth")
                .isZero();
        assertThat(sink.retainedAtEnd - sink.retainedAtStart).isLessThan(4_000_000);
    }

    @Test
    void aBrokenQuoteIsRefusedWithoutReadingTheRest() {
        GeneratedLines file = new GeneratedLines(200_000, i -> switch (i) {
            case 0 -> "key,note\n";
            case 1000 -> "key-1000,\"a quote that nobody closes " + "x".repeat(60) + "\n";
            default -> "key-" + i + "," + "x".repeat(100) + "\n";
        });
        HeapSink sink = new HeapSink();

        IntakeException fault = catchThrowableOfType(
                IntakeException.class,
                () -> new CsvIntake(folder, MILLION).run(file, CsvOptions.DETECT, ANYTHING, sink));

        assertThat(fault.code()).isEqualTo(Code.BAD_QUOTE);
        assertThat(fault.line()).isEqualTo(1001);
        long before = 1000 * 112;
        assertThat(file.bytesRead())
                .as("bytes read of a file of 20 MB")
                .isLessThan(before + CsvIntake.MAX_ROW_LENGTH + 64 * 1024);
    }

    @Test
    void aFullChunkDoesNotWaitForWhatComesBehindIt() throws Exception {
        String line = "x".repeat(99) + "\n";
        GeneratedLines file = new GeneratedLines(2 * RowChunk.MAX_ROWS + 1, i -> line);
        List<Long> bytesRead = new ArrayList<>();
        ChunkSink sink = new ChunkSink() {
            @Override
            public void begin(Layout layout) {
                assertThat(layout.header()).isTrue();
            }

            @Override
            public void accept(RowChunk chunk) {
                bytesRead.add(file.bytesRead());
            }
        };

        CsvOptions header = new CsvOptions(null, CsvOptions.Header.YES, null);
        new CsvIntake(folder, MILLION).run(file, header, ANYTHING, sink);

        long first = (1L + RowChunk.MAX_ROWS) * line.length();
        assertThat(bytesRead).containsExactly(first, first + (long) RowChunk.MAX_ROWS * line.length());
    }

    /** Measures what stays in the heap at the first chunk and at the last full one. */
    private static final class HeapSink implements ChunkSink {
        private static final int LAST = 1_999;

        private int repeated;
        private int repeatedOfOther;
        private long retainedAtStart;
        private long retainedAtEnd;

        @Override
        public void begin(Layout layout) {
            retainedAtStart = retained();
        }

        @Override
        public void accept(RowChunk chunk) {
            for (Row row : chunk.rows()) {
                if (row.aliasOf() != 0) {
                    repeated++;
                    repeatedOfOther += row.aliasOf() == 8 ? 0 : 1;
                }
            }
            if (chunk.index() == LAST) {
                retainedAtEnd = retained();
            }
        }

        private static long retained() {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            return runtime.totalMemory() - runtime.freeMemory();
        }
    }
}
