package dev.rowhound.egress;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link EgressClient} has fetched. A status of 400 and more is an answer like any other.
 *
 * @param url the address that answered, after all redirects
 * @param status its status
 * @param headers its headers, by names in small letters
 * @param body its body, decompressed
 * @param chain each address that answered with a redirect, in order, without the last one
 */
@SuppressWarnings("ArrayRecordComponent")
public record WebAnswer(String url, int status, Map<String, List<String>> headers, byte[] body, List<String> chain) {

    /** The first header of that name, or null. */
    public @Nullable String header(String name) {
        List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null || values.isEmpty() ? null : values.get(0);
    }
}
