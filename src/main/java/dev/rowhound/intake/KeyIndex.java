package dev.rowhound.intake;

import dev.rowhound.artifact.StorageException;
import dev.rowhound.cache.LruMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Finds out which keys of a file occurred before, and in which row first.
 *
 * <p>The keys are stored in a file. Memory holds a row number, a file offset and a 32-bit hash for each key: 12 bytes
 * in hash tables with a load of 64 to 80 %, hence 15 to 19 bytes a distinct key. The keys are spread over
 * {@value #TABLES} tables that grow one at a time, so that growth never holds more than one small table twice. A hash
 * only locates candidates: keys are compared in full.
 *
 * <p>Not thread-safe.
 */
final class KeyIndex implements AutoCloseable {
    static final int MAX_ROWS = (1 << 26) - 1;

    /** Size of a table slot: its hash and its entry. */
    static final int SLOT_BYTES = Integer.BYTES + Long.BYTES;

    private static final int TABLES = 256;
    private static final int OFFSET_BITS = 38;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final int WRITE_BUFFER_BYTES = 64 * 1024;
    private static final int CACHED_KEYS = 1000;

    private final FileChannel file;
    private final Table[] tables = new Table[TABLES];
    private final ToLongFunction<byte[]> keyHash;

    /** The most recently repeated keys, so that a key that fills a file is not read back each time. */
    private final Map<String, Integer> repeated = new LruMap<>(CACHED_KEYS);

    private final ByteBuffer unwritten = ByteBuffer.allocate(WRITE_BUFFER_BYTES);
    private ByteBuffer readBack = ByteBuffer.allocate(256);
    private long written;
    private long fileReads;

    /** Creates an empty index with a temporary file in that folder, which is created if it is missing. */
    KeyIndex(Path folder) throws IOException {
        this(folder, new KeyHash());
    }

    KeyIndex(Path folder, ToLongFunction<byte[]> keyHash) throws IOException {
        this.keyHash = keyHash;
        file = open(folder);
        Arrays.setAll(tables, i -> new Table());
    }

    private static FileChannel open(Path folder) throws StorageException {
        try {
            Files.createDirectories(folder);
            // On Unix the file is unlinked once it is open, so that not even a killed process leaves it behind.
            return FileChannel.open(
                    Files.createTempFile(folder, "keys-", ".tmp"),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw StorageException.of(e);
        }
    }

    /**
     * Returns the first row with that key, or 0 if the key is new; {@code row} is then its first row.
     *
     * @param row the row's number, from 1 to {@link #MAX_ROWS}
     */
    int firstRow(String key, int row) throws IOException {
        Integer recent = repeated.get(key);
        if (recent != null) {
            return recent;
        }
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        long hash = keyHash.applyAsLong(bytes);
        int first = tables[(int) (hash >>> 56)].firstRow((int) hash, bytes, row);
        if (first != 0) {
            repeated.put(key, first);
        }
        return first;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Returns the memory that the tables take. */
    long tableBytes() {
        return Arrays.stream(tables)
                .mapToLong(table -> (long) table.entries.length * SLOT_BYTES)
                .sum();
    }

    /** Returns how often a key was read back from the file. */
    long fileReads() {
        return fileReads;
    }

    /** Stores a key with a length prefix and returns its offset. */
    private long store(byte[] key) throws IOException {
        int size = Integer.BYTES + key.length;
        if (size > unwritten.remaining()) {
            write(unwritten.flip());
            unwritten.clear();
        }
        long offset = written + unwritten.position();
        if (size > unwritten.capacity()) {
            write(ByteBuffer.allocate(size).putInt(key.length).put(key).flip());
        } else {
            unwritten.putInt(key.length).put(key);
        }
        return offset;
    }

    private void write(ByteBuffer bytes) throws StorageException {
        try {
            while (bytes.hasRemaining()) {
                written += file.write(bytes, written);
            }
        } catch (IOException e) {
            throw StorageException.of(e);
        }
    }

    private boolean isStoredAt(long offset, byte[] key) throws IOException {
        int size = Integer.BYTES + key.length;
        if (offset >= written) {
            int at = (int) (offset - written);
            return unwritten.getInt(at) == key.length
                    && Arrays.equals(unwritten.array(), at + Integer.BYTES, at + size, key, 0, key.length);
        }
        if (readBack.capacity() < size) {
            readBack = ByteBuffer.allocate(size);
        }
        readBack.clear().limit(size);
        fileReads++;
        // A shorter key at the end of the file leaves the buffer partly filled; its length differs from this one's.
        while (readBack.hasRemaining() && file.read(readBack, offset + readBack.position()) >= 0) {}
        return readBack.getInt(0) == key.length
                && Arrays.equals(readBack.array(), Integer.BYTES, size, key, 0, key.length);
    }

    /** A hash table with open addressing and linear probing; an entry of 0 is free. */
    private final class Table {
        private int[] hashes = new int[16];
        private long[] entries = new long[16];
        private int used;

        int firstRow(int hash, byte[] key, int row) throws IOException {
            int slot = slot(hash, entries.length);
            while (entries[slot] != 0) {
                if (hashes[slot] == hash && isStoredAt(entries[slot] & OFFSET_MASK, key)) {
                    return (int) (entries[slot] >>> OFFSET_BITS);
                }
                slot = slot + 1 == entries.length ? 0 : slot + 1;
            }
            hashes[slot] = hash;
            entries[slot] = (long) row << OFFSET_BITS | store(key);
            used++;
            if (used * 5 > entries.length * 4) {
                grow();
            }
            return 0;
        }

        private void grow() {
            int[] oldHashes = hashes;
            long[] oldEntries = entries;
            int length = oldEntries.length + oldEntries.length / 4;
            hashes = new int[length];
            entries = new long[length];
            for (int i = 0; i < oldEntries.length; i++) {
                if (oldEntries[i] != 0) {
                    int slot = slot(oldHashes[i], length);
                    while (entries[slot] != 0) {
                        slot = slot + 1 == length ? 0 : slot + 1;
                    }
                    hashes[slot] = oldHashes[i];
                    entries[slot] = oldEntries[i];
                }
            }
        }

        /** Maps a hash to a slot of a table of any length. */
        private static int slot(int hash, int length) {
            return (int) (Integer.toUnsignedLong(hash) * length >>> 32);
        }
    }
}
