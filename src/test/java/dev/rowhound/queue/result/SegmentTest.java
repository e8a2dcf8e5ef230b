package dev.rowhound.queue.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentTest {
    private static final String NAME = "Công ty cổ phần \\\"Sữa\\\" \uD83C\uDF00";

    private static SegmentEntry entry(int row) {
        return new SegmentEntry(row, 1 + row % 3, "{\"fields\":{\"name\":\"" + NAME + row + "\"},\"attempts\":1}");
    }

    private static byte[] write(List<SegmentEntry> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (SegmentWriter writer = new SegmentWriter(bytes)) {
            for (SegmentEntry entry : entries) {
                writer.add(entry);
            }
            writer.finish();
            assertThat(writer.entries()).isEqualTo(entries.size());
        }
        return bytes.toByteArray();
    }

    private static SegmentReader open(byte[] bytes) throws IOException {
        return SegmentReader.open(
                (offset, length) -> {
                    if (offset < 0 || offset + length > bytes.length) {
                        throw new EOFException("ends");
                    }
                    return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
                },
                bytes.length);
    }

    private static List<SegmentEntry> readAll(byte[] bytes) throws IOException {
        SegmentReader reader = open(bytes);
        List<SegmentEntry> read = new ArrayList<>();
        for (int i = 0; i < reader.blocks(); i++) {
            read.addAll(reader.block(i));
        }
        return read;
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        List<SegmentEntry> entries = IntStream.rangeClosed(1, 5000)
                .filter(row -> row % 7 != 3)
                .mapToObj(SegmentTest::entry)
                .toList();

        byte[] bytes = write(entries);

        assertThat(readAll(bytes)).isEqualTo(entries);
        assertThat(open(bytes).entries()).isEqualTo(entries.size());
        assertThat(bytes.length)
                .as("a tenth of the text, for it repeats itself")
                .isLessThan(entries.stream().mapToInt(e -> e.result().length()).sum() / 10);
    }

    @Test
    void findsTheBlockOfEachRow() throws IOException {
        SegmentReader reader = open(write(IntStream.rangeClosed(1, 4000)
                .map(i -> i * 3)
                .mapToObj(SegmentTest::entry)
                .toList()));

        assertThat(reader.blocks()).isGreaterThanOrEqualTo(8);
        assertThat(reader.blockOf(1)).isEqualTo(-1);
        assertThat(reader.blockOf(2)).isEqualTo(-1);
        for (int row = 3; row <= 12_000; row += 3) {
            assertThat(reader.block(reader.blockOf(row))).contains(entry(row));
            row += 300;
        }
        assertThat(reader.blockOf(12_001)).isEqualTo(reader.blocks() - 1);
    }

    @Test
    void endsABlockBeforeItGrowsLarge() throws IOException {
        String large = "{\"text\":\"" + "x".repeat(40_000) + "\"}";
        String huge = "{\"text\":\"" + "y".repeat(1_000_000) + "\"}";
        List<SegmentEntry> entries = List.of(
                entry(1),
                new SegmentEntry(2, 1, large),
                new SegmentEntry(3, 1, large),
                new SegmentEntry(4, 1, huge),
                entry(5));

        SegmentReader reader = open(write(entries));

        assertThat(IntStream.range(0, reader.blocks()).mapToObj(number -> {
                    try {
                        return reader.block(number).stream()
                                .map(SegmentEntry::row)
                                .toList();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }))
                .containsExactly(List.of(1, 2), List.of(3), List.of(4), List.of(5));
        assertThat(reader.block(2).get(0).result()).isEqualTo(huge);
    }

    @Test
    void mayBeEmpty() throws IOException {
        SegmentReader reader = open(write(List.of()));

        assertThat(reader.entries()).isZero();
        assertThat(reader.blockOf(1)).isEqualTo(-1);
    }

    @Test
    void refusesRowsOutOfOrderAndResultsOfSeveralLines() throws IOException {
        try (SegmentWriter writer = new SegmentWriter(new ByteArrayOutputStream())) {
            writer.add(entry(5));

            assertThatThrownBy(() -> writer.add(entry(5))).hasMessage("row 5 comes after row 5");
            assertThatThrownBy(() -> writer.add(entry(4))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> writer.add(new SegmentEntry(6, 1, "{\n}")))
                    .hasMessage("the result of row 6 is not on one line");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 39, 100, 2000, -1, -33})
    void refusesAFileThatIsCutOff(int length) throws IOException {
        byte[] bytes = write(
                IntStream.rangeClosed(1, 3000).mapToObj(SegmentTest::entry).toList());
        byte[] cut = Arrays.copyOf(bytes, length < 0 ? bytes.length + length : length);

        assertThatThrownBy(() -> open(cut)).isInstanceOf(CorruptSegmentException.class);
    }

    @Test
    void noticesEachByteThatIsAnother() throws IOException {
        List<SegmentEntry> entries =
                IntStream.rangeClosed(1, 1200).mapToObj(SegmentTest::entry).toList();
        byte[] bytes = write(entries);
        Random random = new Random(5);
        // The first bytes are for people who look at the file; each other one counts.
        for (int i = SegmentLayout.MAGIC.length; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= (byte) (1 + random.nextInt(255));

            assertThatThrownBy(() -> readAll(damaged)).as("byte %s", i).isInstanceOf(CorruptSegmentException.class);
            if (i > 2000 && i < bytes.length - 200) {
                i += 37;
            }
        }
    }

    @Test
    void namesAVersionThatIsNotKnown() throws IOException {
        byte[] bytes = write(List.of(entry(1)));
        bytes[bytes.length - SegmentLayout.MAGIC.length - 1] = 9;

        assertThatThrownBy(() -> open(bytes))
                .hasMessage("the segment is damaged: its version is 9, and 1 is known here");
    }
}
