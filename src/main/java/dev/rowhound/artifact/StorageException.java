package dev.rowhound.artifact;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;

/** Thrown when the disk or the folder rejects a write; retrying makes sense after an operator has fixed that. */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** How operating systems report a lack of space, by {@code strerror} and on Windows. */
    private static final List<String> NO_ROOM =
            List.of("No space left on device", "Disk quota exceeded", "not enough space", "File too large");

    private static final String READ_ONLY = "Read-only file system";

    private final StorageFault reason;

    private StorageException(StorageFault reason, IOException cause) {
        super(cause.toString(), cause);
        this.reason = reason;
    }

    /** Classifies a write error. */
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

    /** Reports that the folder has reached a configured limit. */
    static StorageException full(String why) {
        return new StorageException(StorageFault.FULL, new IOException(why));
    }

    public StorageFault reason() {
        return reason;
    }

    /** Why a file could not be written. */
    public enum StorageFault {
        /** The disk is full or a quota is used up. */
        FULL("storage_full", "the node has no disk space left for files; try again after its operator has freed some"),
        /** The node lacks write permission. */
        READ_ONLY(
                "storage_read_only",
                "the node is not permitted to write its files; its operator must correct the permissions"),
        /** Any other fault, such as a missing folder. */
        FAILED("storage_unavailable", "the node cannot write its files at present; try again later");

        private final String code;
        private final String sentence;

        StorageFault(String code, String sentence) {
            this.code = code;
            this.sentence = sentence;
        }

        /** The error code, part of the wire format. */
        public String code() {
            return code;
        }

        /** The message for a caller. */
        public String sentence() {
            return sentence;
        }
    }
}
