package dev.rowhound.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyIndexTest {
    @TempDir
    Path folder;

    @Test
    void tellsTheFirstRowOfEachKey() throws IOException {
        try (KeyIndex index = new KeyIndex(folder)) {
            assertThat(index.firstRow("a", 1)).isZero();
            assertThat(index.firstRow("b", 2)).isZero();
            assertThat(index.firstRow("a", 3)).isEqualTo(1);
            assertThat(index.firstRow("a", 4)).isEqualTo(1);
            assertThat(index.firstRow("b", KeyIndex.MAX_ROWS)).isEqualTo(2);
            assertThat(index.firstRow("", KeyIndex.MAX_ROWS)).isZero();
            assertThat(index.firstRow("", 5)).isEqualTo(KeyIndex.MAX_ROWS);
        }
    }

    /** Hashes that are all equal, or differ only in the bits that choose a table, or hardly differ. */
    @ParameterizedTest
    @ValueSource(longs = {0, 0xFF00_0000_0000_0000L, 3})
    void keysAreComparedWholeAndNotByHash(long bits) throws IOException {
        ToLongFunction<byte[]> weak = key -> (Arrays.hashCode(key) * 0x9E3779B97F4A7C15L) & bits;
        String prefix = "x".repeat(200);
        try (KeyIndex index = new KeyIndex(folder, weak)) {
            // Of differing lengths, beyond what the write buffer holds, so that keys are read from file and buffer.
            for (int i = 1; i <= 600; i++) {
                assertThat(index.firstRow(prefix + "y".repeat(i % 5) + i, i)).isZero();
            }
            for (int i = 1; i <= 600; i++) {
                assertThat(index.firstRow(prefix + "y".repeat(i % 5) + i, 1000)).isEqualTo(i);
            }
            assertThat(index.fileReads()).isPositive();
        }
    }

    @Test
    void agreesWithAMapOnRandomKeys() throws IOException {
        Random random = new Random(42);
        Map<String, Integer> expected = new HashMap<>();
        try (KeyIndex index = new KeyIndex(folder)) {
            for (int row = 1; row <= 200_000; row++) {
                // Lengths and repeats of all kinds; some keys are larger than the write buffer.
                int n = random.nextInt(60_000);
                String key = n < 3 ? "ẩ".repeat(30_000 + n) : "khoá-" + n * (long) n;
                Integer first = expected.putIfAbsent(key, row);
                assertThat(index.firstRow(key, row)).isEqualTo(first == null ? 0 : first);
            }
        }
    }

    @Test
    void tablesAreTwentyBytesADistinctKeyAtMost() throws IOException {
        int keys = 1_000_000;
        try (KeyIndex index = new KeyIndex(folder)) {
            for (int row = 1; row <= keys; row++) {
                index.firstRow("key-" + row, row);
            }
            assertThat(index.tableBytes()).isBetween(keys * (long) KeyIndex.SLOT_BYTES * 5 / 4, keys * 20L);
            // A wrong candidate costs a read; of 32 bits a table, hardly any is to be expected.
            assertThat(index.fileReads()).isLessThan(50);
        }
    }

    @Test
    void aKeyThatFillsTheFileIsReadBackOnce() throws IOException {
        try (KeyIndex index = new KeyIndex(folder)) {
            index.firstRow("often", 1);
            for (int row = 2; row <= 20_000; row++) {
                index.firstRow("key-" + row, row);
            }
            for (int row = 20_001; row <= 900_000; row++) {
                assertThat(index.firstRow("often", row)).isEqualTo(1);
            }
            assertThat(index.fileReads()).isEqualTo(1);
        }
    }

    @Test
    void leavesNoFileBehind() throws IOException {
        Path below = folder.resolve("not/there/yet");
        try (KeyIndex index = new KeyIndex(below)) {
            for (int row = 1; row <= 10_000; row++) {
                index.firstRow("key-" + row, row);
            }
        }
        try (Stream<Path> files = Files.list(below)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void hashesOfLikeKeysSpreadOverAllBits() {
        KeyHash hash = new KeyHash();
        int[] tables = new int[256];
        Set<Integer> low = new HashSet<>();
        int keys = 256 * 1000;
        for (int i = 0; i < keys; i++) {
            long value = hash.applyAsLong(Integer.toString(i).getBytes(UTF_8));
            tables[(int) (value >>> 56)]++;
            low.add((int) value);
        }
        // A thousand a table, give or take six standard deviations.
        assertThat(Arrays.stream(tables).min().getAsInt()).isGreaterThan(800);
        assertThat(Arrays.stream(tables).max().getAsInt()).isLessThan(1200);
        assertThat(keys - low.size())
                .as("equal 32-bit hashes among 256,000 keys")
                .isLessThan(50);
        assertThat(new KeyHash().applyAsLong(new byte[] {1}))
                .as("another index hashes otherwise")
                .isNotEqualTo(hash.applyAsLong(new byte[] {1}));
    }
}
