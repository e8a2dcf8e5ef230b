package dev.rowhound.http.upload;

import dev.rowhound.config.JsonReader;

/**
 * What the section {@code http} of the configuration says about uploads.
 *
 * @param maxBytes how large a request may be
 * @param maxAtOnce how many uploads a node takes at once
 * @param maxPerClient how many of them may come from one address
 * @param graceSeconds the time over which an upload's rate is taken
 * @param minBytesPerSecond the least rate, 0 for none
 */
public record UploadConfig(long maxBytes, int maxAtOnce, int maxPerClient, int graceSeconds, int minBytesPerSecond) {
    /** Reads the keys. */
    public static UploadConfig from(JsonReader section) {
        return new UploadConfig(
                section.wholeNumber("max_upload_bytes", 104_857_600, 1, 1_099_511_627_776L),
                section.integer("max_uploads", 32, 1, 1_000),
                section.integer("max_uploads_per_client", 16, 1, 1_000),
                section.integer("upload_grace_seconds", 30, 1, 3_600),
                section.integer("upload_min_bytes_per_second", 1_024, 0, 1_048_576));
    }
}
