package dev.rowhound.artifact;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A file that is being written. It becomes visible under its name at {@link #commit}; closing it before discards it.
 */
public abstract class ArtifactDraft extends OutputStream {
    /**
     * Publishes the file under its name, atomically and durably, replacing an existing one.
     *
     * @throws IOException if that fails; the name then has its previous content or none
     */
    public abstract void commit() throws IOException;
}
