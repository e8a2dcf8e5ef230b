package dev.rowhound.intake;

import dev.rowhound.artifact.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Tells which keys of a file came before, and in which row first.
 *
 * <p>The keys themselves are kept in a file; in memory stand a row number, a place in that file and a 32-bit hash for
 * each, 12 bytes in tables of which 64 to 80 % is taken: 15 to 19 bytes a distinct key. The keys are spread over
 * {@value #TABLES} tables that grow one by one, so that growing never holds more than one small table twice. A hash
 * only says where to look: keys are compared whole.
 *
 * <p>Not safe for use by several threads at once.
 */
final class KeyIndex implements AutoCloseable {
    /** The highest row number. */
    static final int MAX_ROWS = (1 << 26) - 1;

    /** How many bytes a slot of a table takes: its hash and its entry. */
    static final int SLOT_BYTES = Integer.BYTES + Long.BYTES;

    private static final int TABLES = 256;
    private static final int OFFSET_BITS = 38;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;
    private static final int WRITE_BUFFER_BYTES = 64 * 1024;
    private static final int CACHED_KEYS = 1000;

    private final FileChannel file;
    private final Table[] tables = new Table[TABLES];
    private final ToLongFunction<byte[]> keyHash;
    private final Map<String, Integer> repeated = new RecentKeys();
    private final ByteBuffer unwritten = ByteBuffer.allocate(WRITE_BUFFER_BYTES);
    private ByteBuffer readBack = ByteBuffer.allocate(256);
    private long written;
    private long fileReads;

    /** Makes an empty index whose file is in that folder until it is closed; the folder is made if it is not there. */
    KeyIndex(Path folder) throws IOException {
        this(folder, new KeyHash());
    }

    /** Makes an empty index that finds keys by that hash of their bytes. */
    KeyIndex(Path folder, ToLongFunction<byte[]> keyHash) throws IOException {
        this.keyHash = keyHash;
        file = open(folder);
        Arrays.setAll(tables, i -> new Table());
    }

    private static FileChannel open(Path folder) throws StorageException {
        try {
            Files.createDirectories(folder);
            // On Unix the file's name goes as soon as it is open, so that not even a killed process leaves it behind.
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
     * The number of the first row with that key, or 0 if there was none; then it is {@code row} from here on.
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

    /** Deletes the file. */
    @Override
    public void close() throws IOException {
        file.close();
    }

    /** How many bytes the tables take. */
    long tableBytes() {
        return Arrays.stream(tables)
                .mapToLong(table -> (long) table.entries.length * SLOT_BYTES)
                .sum();
    }

    /** How often a key was read back from the file. */
    long fileReads() {
        return fileReads;
    }

    /** Stores a key behind its length and returns where. */
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
        // A shorter key may end the file before the buffer is full; its length tells it from this one.
        while (readBack.hasRemaining() && file.read(readBack, offset + readBack.position()) >= 0) {}
        return readBack.getInt(0) == key.length
                && Arrays.equals(readBack.array(), Integer.BYTES, size, key, 0, key.length);
    }

    /** Open addressing with linear probing; an entry of 0 is free. */
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

        /** Maps a hash onto the slots of a table of any length. */
        private static int slot(int hash, int length) {
            return (int) (Integer.toUnsignedLong(hash) * length >>> 32);
        }
    }

    /** The keys repeated last, so that one which fills a file is not read back each time. */
    private static final class RecentKeys extends LinkedHashMap<String, Integer> {
        private static final long serialVersionUID = 1L;

        RecentKeys() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > CACHED_KEYS;
        }
    }
}
