package dev.rowhound.cli.doctor;

import dev.rowhound.config.Resource;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Which setting of which proxy to change. The files in {@code deploy} have all of them. */
final class Remedies {
    /** By fault and proxy, as programs spell them. */
    private static final JsonObject KNOWN = new JsonObject(Resource.text(Remedies.class, "remedies.json"));

    private Remedies() {}

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
