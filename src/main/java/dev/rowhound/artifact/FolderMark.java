package dev.rowhound.artifact;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The identity of an artifact folder, in two hidden files: the mark that Redis holds too, and the last sweep count read
 * from Redis. All methods block: do not call them on an event loop.
 */
public final class FolderMark {
    private static final String MARK = ".mark";
    private static final String SWEEPS = ".sweeps";

    private final Path folder;

    FolderMark(Path folder) {
        this.folder = folder;
    }

    /** Returns the mark, or null if the folder has none. */
    public @Nullable String read() throws IOException {
        return text(MARK);
    }

    /** Marks an unmarked folder; returns its mark, which may come from another node. */
    public String create() throws IOException {
        Path draft = draft(UUID.randomUUID().toString());
        try {
            // Unlike a rename, a link does not replace the mark of a node that starts at the same moment.
            Files.createLink(folder.resolve(MARK), draft);
        } catch (FileAlreadyExistsException e) {
            // The other node's mark serves as well.
        } catch (UnsupportedOperationException | IOException e) {
            // The file system does not support links.
            Files.move(draft, folder.resolve(MARK), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
        String mark = read();
        if (mark == null) {
            throw new NoSuchFileException(folder.resolve(MARK).toString());
        }
        return mark;
    }

    public void replace(String mark) throws IOException {
        Files.move(
                draft(mark), folder.resolve(MARK), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Returns since when Redis has known the folder without data loss; older due marks are void. */
    public Instant trustedSince() throws IOException {
        return Files.getLastModifiedTime(folder.resolve(MARK)).toInstant();
    }

    /** Records that Redis has lost data. */
    public void distrust() throws IOException {
        Files.setLastModifiedTime(folder.resolve(MARK), FileTime.from(Instant.now()));
    }

    /** Returns the value last given to {@link #sweeps(long)}, initially 0. */
    public long sweeps() throws IOException {
        String text = text(SWEEPS);
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    /** Records the number of sweeps that Redis has counted. */
    public void sweeps(long count) throws IOException {
        Files.move(
                draft(Long.toString(count)),
                folder.resolve(SWEEPS),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private Path draft(String text) throws IOException {
        return Files.writeString(folder.resolve(MARK + "-" + UUID.randomUUID()), text + "\n");
    }

    private @Nullable String text(String name) throws IOException {
        try {
            return Files.readString(folder.resolve(name)).strip();
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
