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
 * @param verdicts what each check came to
 */
record Report(URI address, String server, Set<ProxyKind> proxies, List<Verdict> verdicts) {
    /** Whether nothing has to be changed. */
    boolean well() {
        return verdicts.stream().noneMatch(verdict -> verdict.level() == Verdict.Level.FINDING);
    }

    /** How many verdicts are of that level. */
    long count(Verdict.Level level) {
        return verdicts.stream().filter(verdict -> verdict.level() == level).count();
    }

    /** The report for programs. */
    JsonObject toJson() {
        JsonArray checks = new JsonArray();
        for (Verdict verdict : verdicts) {
            JsonObject json = new JsonObject()
                    .put("check", verdict.check())
                    .put("result", verdict.level().name().toLowerCase(java.util.Locale.ROOT))
                    .put("sentence", verdict.sentence());
            if (verdict.fault() != null) {
                JsonObject change = new JsonObject();
                Remedies.of(verdict.fault(), ProxyKind.suspects(proxies))
                        .forEach((proxy, setting) -> change.put(proxy.wire(), setting));
                json.put("fault", verdict.fault().wire()).put("change", change);
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
