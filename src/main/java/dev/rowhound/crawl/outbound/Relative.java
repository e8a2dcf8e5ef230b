package dev.rowhound.crawl.outbound;

import java.util.ArrayDeque;
import java.util.Deque;

/** Where an address that is not a whole one leads to, by the rules of RFC 3986, with whatever characters it has. */
final class Relative {
    private Relative() {}

    /** The whole address of a reference without a scheme that stands in an answer of {@code base}. */
    static String resolve(WebAddress base, String reference) {
        String ref = reference.strip().replaceFirst("#.*", "");
        if (ref.startsWith("//")) {
            return (base.secure() ? "https:" : "http:") + ref;
        }
        String path = base.target().replaceFirst("\\?.*", "");
        if (ref.isEmpty()) {
            return base.origin() + base.target();
        }
        if (ref.startsWith("?")) {
            return base.origin() + path + ref;
        }
        String query = ref.indexOf('?') < 0 ? "" : ref.substring(ref.indexOf('?'));
        String refPath = ref.substring(0, ref.length() - query.length());
        String merged = refPath.startsWith("/") ? refPath : path.substring(0, path.lastIndexOf('/') + 1) + refPath;
        return base.origin() + withoutDots(merged) + query;
    }

    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            boolean last = i == segments.length - 1;
            if (segment.equals("..")) {
                kept.pollLast();
            }
            if (!segment.equals(".") && !segment.equals("..")) {
                kept.addLast(segment);
            } else if (last) {
                kept.addLast("");
            }
        }
        return "/" + String.join("/", kept);
    }
}
