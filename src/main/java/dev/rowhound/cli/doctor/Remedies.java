package dev.rowhound.cli.doctor;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Which setting of which proxy to change. The files in {@code deploy} have all of them. */
final class Remedies {
    private static final String RESOURCE = "remedies.json";

    /** By fault and proxy, as programs spell them. */
    private static final JsonObject KNOWN = read();

    private Remedies() {}

    private static JsonObject read() {
        try (InputStream in = Remedies.class.getResourceAsStream(RESOURCE)) {
            return new JsonObject(
                    new String(Objects.requireNonNull(in, RESOURCE).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The settings to change for a fault, by proxy; empty where no proxy is at fault. */
    static Map<ProxyKind, String> of(Fault fault, Set<ProxyKind> suspects) {
        // What holds events back holds the first byte back.
        Fault cause = fault == Fault.LATE_FIRST_BYTE ? Fault.BUFFERED : fault;
        JsonObject known = KNOWN.getJsonObject(cause.wire(), new JsonObject());
        Map<ProxyKind, String> settings = new EnumMap<>(ProxyKind.class);
        for (ProxyKind proxy : suspects) {
            String setting = known.getString(proxy.wire());
            if (setting != null) {
                settings.put(proxy, setting);
            }
        }
        return settings;
    }
}
