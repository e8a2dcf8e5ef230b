package dev.rowhound.cli.doctor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * The doctor's report on a deployment.
 *
 * @param address the address that was checked
 * @param server the header {@code Server}, or empty
 * @param proxies the recognised proxies
 * @param results the results of all checks
 */
record Report(URI address, String server, Set<ProxyKind> proxies, List<CheckResult> results) {
    /** Returns whether there are no findings. */
    boolean healthy() {
        return results.stream().noneMatch(result -> result.level() == CheckResult.Level.FINDING);
    }

    long count(CheckResult.Level level) {
        return results.stream().filter(result -> result.level() == level).count();
    }

    JsonObject toJson() {
        JsonArray checks = new JsonArray();
        for (CheckResult result : results) {
            JsonObject json = new JsonObject()
                    .put("check", result.check())
                    .put("result", result.level().name().toLowerCase(java.util.Locale.ROOT))
                    .put("sentence", result.sentence());
            if (result.fault() != null) {
                JsonObject change = new JsonObject();
                Remedies.of(result.fault(), ProxyKind.suspects(proxies))
                        .forEach((proxy, setting) -> change.put(proxy.wire(), setting));
                json.put("fault", result.fault().wire()).put("change", change);
            }
            checks.add(json);
        }
        JsonArray recognised = new JsonArray();
        proxies.forEach(proxy -> recognised.add(proxy.wire()));
        return new JsonObject()
                .put("url", address.toString())
                .put("server", server)
                .put("proxies", recognised)
                .put("well", healthy())
                .put("checks", checks);
    }
}
