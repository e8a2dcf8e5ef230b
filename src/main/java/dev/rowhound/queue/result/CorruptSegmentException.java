package dev.rowhound.queue.result;

import java.io.IOException;

/** A file is no segment, or not as it was written. */
public final class CorruptSegmentException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptSegmentException(String what) {
        super("the segment is damaged: " + what);
    }
}
