package dev.rowhound.cli.doctor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * What the doctor has to say of a deployment.
 *
 * @param address where it was asked
 * @param server what the answers call the server, empty if they do not
 * @param proxies the proxies that were recognised
 * @param results what each check came to
 */
record Report(URI address, String server, Set<ProxyKind> proxies, List<CheckResult> results) {
    /** Whether nothing has to be changed. */
    boolean well() {
        return results.stream().noneMatch(result -> result.level() == CheckResult.Level.FINDING);
    }

    /** How many results are of that level. */
    long count(CheckResult.Level level) {
        return results.stream().filter(result -> result.level() == level).count();
    }

    /** The report for programs. */
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
                .put("well", well())
                .put("checks", checks);
    }
}
