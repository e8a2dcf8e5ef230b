package dev.rowhound.http.stream;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** Holds how many streams a node may have against how many files its process may open: each stream is one. */
public final class OpenFiles {
    /** What a node opens beside its streams: its jar files, its store, its browsers, its other connections. */
    private static final long OTHERS = 500;

    private OpenFiles() {}

    /** A sentence for a person where this process may open fewer files than streams need; null where all is well. */
    public static @Nullable String tooFew(StreamConfig streams) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? tooFew(streams.most(), system.getMaxFileDescriptorCount())
                : null;
    }

    public static @Nullable String tooFew(int streams, long files) {
        return streams <= files
                ? null
                : "http.max_streams is " + streams + ", but this process may open " + files + " files, about "
                        + OTHERS + " of them beside its streams; raise its limit (ulimit -n, LimitNOFILE=) or set"
                        + " http.max_streams to " + Math.max(1, files - OTHERS) + " at most";
    }
}
