package dev.rowhound.cache;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A map that evicts its least recently used entry when it exceeds its limit. Not thread-safe. */
public final class LruMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;

    private final int maxEntries;

    public LruMap(int maxEntries) {
        super(16, 0.75f, true);
        this.maxEntries = maxEntries;
    }

    /** Creates a thread-safe map. */
    public static <K, V> Map<K, V> threadSafe(int maxEntries) {
        return Collections.synchronizedMap(new LruMap<>(maxEntries));
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > maxEntries;
    }
}
