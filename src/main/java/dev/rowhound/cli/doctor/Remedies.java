package dev.rowhound.cli.doctor;

import dev.rowhound.config.Resource;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Advises which proxy settings to change for a fault. The files in {@code deploy} contain all of them. */
final class Remedies {
    /** Settings by the wire names of the fault and the proxy. */
    private static final JsonObject SETTINGS = new JsonObject(Resource.text(Remedies.class, "remedies.json"));

    private Remedies() {}

    /** Returns the settings to change for a fault, by proxy; empty if no proxy causes it. */
    static Map<ProxyKind, String> of(Fault fault, Set<ProxyKind> suspects) {
        // The same buffering delays events and the first byte.
        Fault cause = fault == Fault.LATE_FIRST_BYTE ? Fault.BUFFERED : fault;
        JsonObject byProxy = SETTINGS.getJsonObject(cause.wire(), new JsonObject());
        Map<ProxyKind, String> settings = new EnumMap<>(ProxyKind.class);
        for (ProxyKind proxy : suspects) {
            String setting = byProxy.getString(proxy.wire());
            if (setting != null) {
                settings.put(proxy, setting);
            }
        }
        return settings;
    }
}
