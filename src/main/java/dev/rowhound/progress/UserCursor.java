package dev.rowhound.progress;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A position in the events of all of a user's jobs. Opaque on the wire: base64url of a few bytes a job, at most
 * {@link #MAX_CHARACTERS}, so that it fits into a request line and a header.
 *
 * @param point jobs created from this time on, in milliseconds, are unknown to the watcher unless they are listed
 * @param created when the cursor was created, in milliseconds
 * @param cut whether jobs were omitted because there were too many
 * @param jobs the watcher's position in each listed job
 */
public record UserCursor(long point, long created, boolean cut, Map<String, Known> jobs) {
    public static final int MAX_JOBS = 100;

    /** Maximum length of the wire form. */
    public static final int MAX_CHARACTERS = 4000;

    private static final byte VERSION = 1;
    private static final byte CUT = 1;

    /** Bytes for version, flags and both times, and for the longest job. */
    private static final int HEAD_BYTES = 2 + 10 + 10;

    private static final int JOB_BYTES = 1 + 16 + 10 + 4;
    private static final HexFormat HEX = HexFormat.of();

    public UserCursor {
        jobs = Map.copyOf(jobs);
    }

    /** The watcher's relation to a job. */
    public enum Kind {
        /** The job is followed after the cursor. */
        OPEN,
        /** The job was followed to its end, which is the cursor. */
        ENDED,
        /** The job had ended before the watch began. */
        OVER,
        /** The job is followed, but the watcher still needs a snapshot of it. */
        LOST
    }

    /**
     * The watcher's position in a job.
     *
     * @param cursor the last event that the watcher has; meaningless if it has none
     */
    public record Known(Kind kind, Cursor cursor) {
        static final Known OVER = new Known(Kind.OVER, Cursor.START);
        static final Known LOST = new Known(Kind.LOST, Cursor.START);

        private boolean placed() {
            return kind == Kind.OPEN || kind == Kind.ENDED;
        }
    }

    /** Parses the wire form; returns null if it is invalid. */
    public static @Nullable UserCursor parse(String wire) {
        if (wire.length() > MAX_CHARACTERS) {
            return null;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(wire));
            if (bytes.get() != VERSION) {
                return null;
            }
            boolean cut = bytes.get() == CUT;
            long point = number(bytes);
            long created = point + number(bytes);
            Map<String, Known> jobs = new LinkedHashMap<>();
            while (bytes.hasRemaining()) {
                Kind kind = Kind.values()[bytes.get()];
                String job = new UUID(bytes.getLong(), bytes.getLong()).toString();
                jobs.put(job, known(kind, bytes));
            }
            return new UserCursor(point, created, cut, jobs);
        } catch (BufferUnderflowException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return null;
        }
    }

    private static Known known(Kind kind, ByteBuffer bytes) {
        Known bare = new Known(kind, Cursor.START);
        long seq = bare.placed() ? number(bytes) : 0;
        if (seq == 0) {
            return bare;
        }
        byte[] mark = new byte[4];
        bytes.get(mark);
        return new Known(kind, new Cursor(seq, HEX.formatHex(mark)));
    }

    @Override
    public String toString() {
        ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + JOB_BYTES * jobs.size());
        bytes.put(VERSION).put(cut ? CUT : 0);
        number(bytes, point);
        number(bytes, Math.max(0, created - point));
        jobs.forEach((job, known) -> {
            UUID id = UUID.fromString(job);
            bytes.put((byte) known.kind().ordinal())
                    .putLong(id.getMostSignificantBits())
                    .putLong(id.getLeastSignificantBits());
            if (known.placed()) {
                number(bytes, known.cursor().seq());
                if (known.cursor().seq() > 0) {
                    bytes.put(HEX.parseHex(known.cursor().mark()));
                }
            }
        });
        byte[] used = new byte[bytes.position()];
        bytes.flip().get(used);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(used);
    }

    /** Writes a variable-length number: seven bits a byte, the lowest first; the highest bit marks a continuation. */
    private static void number(ByteBuffer bytes, long value) {
        long rest = value;
        while (rest > 0x7f) {
            bytes.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
    }

    private static long number(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte next = bytes.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number is too long");
    }
}
