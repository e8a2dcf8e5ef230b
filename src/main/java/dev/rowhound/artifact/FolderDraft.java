package dev.rowhound.artifact;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.apache.commons.io.function.IORunnable;

/** A draft backed by a hidden file, which is renamed to its target once its bytes are synced to disk. */
final class FolderDraft extends ArtifactDraft {
    private static final String PREFIX = ".draft-";
    private static final int BUFFER = 1 << 16;

    private final Path target;
    private final Path draft;
    private final FileChannel channel;
    private final OutputStream out;
    private final FolderRoom room;

    /**
     * Starts the file in an existing folder.
     *
     * @param room accounts for the file's size
     */
    FolderDraft(Path target, FolderRoom room) throws IOException {
        this.room = room;
        this.target = target;
        this.draft = target.resolveSibling(PREFIX + UUID.randomUUID());
        this.channel = FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    static boolean isDraft(Path file) {
        return file.getFileName().toString().startsWith(PREFIX);
    }

    @Override
    public void write(int b) throws IOException {
        translateErrors(() -> out.write(b));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        translateErrors(() -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
        translateErrors(out::flush);
    }

    @Override
    public void commit() throws IOException {
        translateErrors(() -> {
            out.flush();
            channel.force(true);
            room.add(channel.size());
            channel.close();
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        });
        sync(target.resolveSibling("."));
    }

    private static void translateErrors(IORunnable write) throws StorageException {
        try {
            write.run();
        } catch (IOException e) {
            throw StorageException.of(e);
        }
    }

    @Override
    public void close() throws IOException {
        // After a commit the draft no longer exists.
        channel.close();
        Files.deleteIfExists(draft);
    }

    /** Syncs a folder's entries to disk, on systems that can open folders. */
    static void sync(Path folder) {
        try (FileChannel list = FileChannel.open(folder, StandardOpenOption.READ)) {
            list.force(true);
        } catch (IOException e) {
            return;
        }
    }
}
