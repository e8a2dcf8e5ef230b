package dev.rowhound.cli.doctor;

import dev.rowhound.cli.console.CommandFailure;
import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;

/** Checks that uploads up to the node's limit reach the node. */
final class UploadCheck {
    /** Typical limits of proxies below the node's, tried in descending order. */
    private static final long[] TYPICAL_LIMITS = {64L << 20, 16L << 20, 4L << 20, 1L << 20, 1L << 18, 1L << 16};

    private final ProbeUpload upload;
    private final Settings settings;
    private final long limit;

    /**
     * @param limit the node's limit in bytes, 0 if unknown
     */
    UploadCheck(ProbeUpload upload, Settings settings, long limit) {
        this.upload = upload;
        this.settings = settings;
        this.limit = limit;
    }

    List<CheckResult> run() {
        if (limit <= 0) {
            return List.of();
        }
        long largest = Math.min(limit, settings.maxUploadBytes());
        try {
            int status = upload.send(largest);
            if (status == 200) {
                return List.of(CheckResult.ok(
                        "upload",
                        "An upload of " + size(largest) + " succeeds"
                                + (largest == limit ? ", which is the node's limit." : "; no larger one was tried.")));
            }
            if (status == ProbeUpload.TOO_SLOW) {
                return List.of(CheckResult.ok(
                        "upload",
                        "An upload of " + size(largest)
                                + " is not refused; the connection is too slow to send it completely."));
            }
            long accepted = LongStream.of(TYPICAL_LIMITS)
                    .filter(step -> step < largest)
                    .filter(this::passes)
                    .findFirst()
                    .orElse(0);
            return List.of(CheckResult.finding(
                    "upload",
                    Fault.UPLOAD_LIMIT,
                    "The node accepts uploads of up to " + size(limit) + ", but one of " + size(largest) + " is "
                            + (status == 0 ? "cut off on the way" : "refused with status " + status) + "; "
                            + (accepted == 0 ? "smaller ones fail too." : size(accepted) + " succeeds.")));
        } catch (IOException e) {
            return List.of(CheckResult.finding(
                    "upload", Fault.ERROR_ANSWER, "An upload cannot connect: " + CommandFailure.sentence(e) + "."));
        }
    }

    private boolean passes(long bytes) {
        try {
            return upload.send(bytes) == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static String size(long bytes) {
        if (bytes >= 1 << 20) {
            return bytes % (1 << 20) == 0
                    ? bytes / (1 << 20) + " MB"
                    : String.format(java.util.Locale.ROOT, "%.1f MB", bytes / (double) (1 << 20));
        }
        return bytes >= 1024 ? bytes / 1024 + " KB" : bytes + " bytes";
    }
}
