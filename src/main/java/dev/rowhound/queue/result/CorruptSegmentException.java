package dev.rowhound.queue.result;

import java.io.IOException;

/** Thrown when a file is not a valid segment. */
public final class CorruptSegmentException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptSegmentException(String what) {
        super("the segment is damaged: " + what);
    }
}
