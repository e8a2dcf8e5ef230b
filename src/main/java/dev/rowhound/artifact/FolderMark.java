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
 * What a folder of artifacts says of itself, in two hidden files: the mark that the store has too, and how many sweeps
 * the store had counted when it was last asked. All methods block; not for an event loop.
 */
public final class FolderMark {
    private static final String MARK = ".mark";
    private static final String SWEEPS = ".sweeps";

    private final Path folder;

    FolderMark(Path folder) {
        this.folder = folder;
    }

    /** The mark, or null where the folder has none. */
    public @Nullable String read() throws IOException {
        return text(MARK);
    }

    /** Marks a folder that has no mark; answers the mark that it has then, which may be another node's. */
    public String create() throws IOException {
        Path draft = draft(UUID.randomUUID().toString());
        try {
            // A link, unlike a move, does not replace the mark of a node that starts at the same moment.
            Files.createLink(folder.resolve(MARK), draft);
        } catch (FileAlreadyExistsException e) {
            // The other node's mark is as good.
        } catch (UnsupportedOperationException | IOException e) {
            // A file system without links.
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

    /** Gives the folder that mark in place of the one that it has. */
    public void replace(String mark) throws IOException {
        Files.move(
                draft(mark), folder.resolve(MARK), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Since when the store has known the folder without a loss; what was due before that is not due any more. */
    public Instant trustedSince() throws IOException {
        return Files.getLastModifiedTime(folder.resolve(MARK)).toInstant();
    }

    /** Says that the store has lost some of its history. */
    public void distrust() throws IOException {
        Files.setLastModifiedTime(folder.resolve(MARK), FileTime.from(Instant.now()));
    }

    /** What {@link #sweeps(long)} was last given, 0 before. */
    public long sweeps() throws IOException {
        String text = text(SWEEPS);
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    /** Keeps how many sweeps the store has counted. */
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
