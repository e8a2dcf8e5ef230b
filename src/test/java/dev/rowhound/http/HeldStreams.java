package dev.rowhound.http;

import java.util.ArrayList;
import java.util.List;

/** Streams that are open until this is closed. */
final class HeldStreams implements AutoCloseable {
    private final Api api;
    private final List<EventStream> open = new ArrayList<>();

    HeldStreams(Api api) {
        this.api = api;
    }

    /** Opens that many of that path. */
    void open(String path, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            open.add(api.watch(path));
        }
    }

    @Override
    public void close() throws Exception {
        for (EventStream stream : open) {
            stream.close();
        }
    }
}
