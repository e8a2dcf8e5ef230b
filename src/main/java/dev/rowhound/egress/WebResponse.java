package dev.rowhound.egress;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response to {@link EgressClient}, whatever its status.
 *
 * @param url the URL of the response, after all redirects
 * @param headers the headers by lower-case name
 * @param body the decompressed body
 * @param chain the URLs that redirected, in order
 */
@SuppressWarnings("ArrayRecordComponent")
public record WebResponse(String url, int status, Map<String, List<String>> headers, byte[] body, List<String> chain) {

    /** Returns the first header of that name, or null. */
    public @Nullable String header(String name) {
        List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null || values.isEmpty() ? null : values.get(0);
    }
}
