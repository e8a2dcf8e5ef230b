package dev.rowhound.artifact;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;

/** A file could not be written because of the disk or the folder, and may be when an operator has seen to that. */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** How systems say that there is no room, in {@code strerror}'s words and Windows's. */
    private static final List<String> NO_ROOM =
            List.of("No space left on device", "Disk quota exceeded", "not enough space", "File too large");

    private static final String READ_ONLY = "Read-only file system";

    private final StorageFault reason;

    private StorageException(StorageFault reason, IOException cause) {
        super(cause.toString(), cause);
        this.reason = reason;
    }

    /** What an error at writing comes to. */
    public static StorageException of(IOException error) {
        if (error instanceof StorageException known) {
            return known;
        }
        String message = String.valueOf(error.getMessage());
        if (NO_ROOM.stream().anyMatch(message::contains)) {
            return new StorageException(StorageFault.FULL, error);
        }
        boolean readOnly = error instanceof AccessDeniedException || message.contains(READ_ONLY);
        return new StorageException(readOnly ? StorageFault.READ_ONLY : StorageFault.FAILED, error);
    }

    /** The folder has as much as it may have, for that reason. */
    static StorageException full(String why) {
        return new StorageException(StorageFault.FULL, new IOException(why));
    }

    /** Why it could not be written. */
    public StorageFault reason() {
        return reason;
    }

    /** Why a file could not be written. */
    public enum StorageFault {
        /** The disk is full, or its quota used up. */
        FULL("storage_full", "the node has no room left for files; try again when its operator has made some"),
        /** The node may not write there. */
        READ_ONLY("storage_read_only", "the node may not write its files; its operator has to allow that"),
        /** Anything else, such as a folder that has gone. */
        FAILED("storage_unavailable", "the node cannot write its files at present; try again later");

        private final String code;
        private final String sentence;

        StorageFault(String code, String sentence) {
            this.code = code;
            this.sentence = sentence;
        }

        /** The code of the error, part of the wire format. */
        public String code() {
            return code;
        }

        /** The sentence for a caller. */
        public String sentence() {
            return sentence;
        }
    }
}
