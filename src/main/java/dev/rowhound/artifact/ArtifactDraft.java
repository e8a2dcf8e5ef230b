package dev.rowhound.artifact;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A file while it is written. Nobody sees it under its name before {@link #commit}; closed without that, it is dropped.
 */
public abstract class ArtifactDraft extends OutputStream {
    /**
     * Puts the file under its name, whole and safe against a loss of power, in the place of one that was there.
     *
     * @throws IOException if it could not be kept; there is no such file then, or the one that was there before
     */
    public abstract void commit() throws IOException;
}
