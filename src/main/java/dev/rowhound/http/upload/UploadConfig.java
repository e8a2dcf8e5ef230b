package dev.rowhound.http.upload;

import dev.rowhound.config.JsonReader;

/**
 * Upload limits from the section {@code http} of the configuration.
 *
 * @param maxBytes maximum size of a request body
 * @param maxAtOnce maximum number of concurrent uploads on a node
 * @param maxPerClient maximum number of concurrent uploads from one address
 * @param graceSeconds length of the window over which an upload's rate is measured
 * @param minBytesPerSecond minimum rate, 0 for none
 */
public record UploadConfig(long maxBytes, int maxAtOnce, int maxPerClient, int graceSeconds, int minBytesPerSecond) {
    public static UploadConfig from(JsonReader section) {
        return new UploadConfig(
                section.wholeNumber("max_upload_bytes", 104_857_600, 1, 1_099_511_627_776L),
                section.integer("max_uploads", 32, 1, 1_000),
                section.integer("max_uploads_per_client", 16, 1, 1_000),
                section.integer("upload_grace_seconds", 30, 1, 3_600),
                section.integer("upload_min_bytes_per_second", 1_024, 0, 1_048_576));
    }
}
