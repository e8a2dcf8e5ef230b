package dev.rowhound.http.stream;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** Checks the limit of open files of the process against the maximum number of streams, each of which needs one. */
public final class OpenFiles {
    /** Estimated number of other open files: jar files, the store, browsers, other connections. */
    private static final long OTHER_FILES = 500;

    private OpenFiles() {}

    /** Returns a warning if the process may open fewer files than the streams need; else null. */
    public static @Nullable String tooFew(StreamConfig streams) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? tooFew(streams.maxStreams(), system.getMaxFileDescriptorCount())
                : null;
    }

    public static @Nullable String tooFew(int streams, long files) {
        return streams <= files
                ? null
                : "http.max_streams is " + streams + ", but this process may open only " + files
                        + " files and needs about "
                        + OTHER_FILES + " besides its streams; raise the limit (ulimit -n, LimitNOFILE=) or set"
                        + " http.max_streams to at most " + Math.max(1, files - OTHER_FILES);
    }
}
