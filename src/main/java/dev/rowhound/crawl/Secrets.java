package dev.rowhound.crawl;

import dev.rowhound.config.JsonReader;
import dev.rowhound.crawl.view.LookupException;
import dev.rowhound.crawl.view.Typed;
import dev.rowhound.job.ErrorCode;
import dev.rowhound.net.HostOf;
import dev.rowhound.recipe.Session;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The values of {@code crawl.secrets}, which recipes refer to by name; each may only be sent to its own hosts. */
public final class Secrets {
    public static final Secrets NONE = new Secrets(Map.of());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Shorter secrets are not redacted, since they would match unrelated text. */
    private static final int MIN_REDACTED = 4;

    private static final String REDACTED = "•••";

    private final Map<String, Secret> secrets;

    private record Secret(String value, Set<String> hosts) {}

    private Secrets(Map<String, Secret> secrets) {
        this.secrets = Map.copyOf(secrets);
    }

    /** Reads {@code secrets} of the section {@code crawl}; problems are reported without values. */
    static Secrets from(JsonReader section) {
        Map<String, Secret> secrets = new LinkedHashMap<>();
        JsonReader parent = section.object("secrets");
        section.entries("secrets").forEach((name, entry) -> {
            if (!NAME.matcher(name).matches()) {
                parent.problem(name, "is not a valid secret name; use at most 64 of A-Z, a-z, 0-9, -, _ and .");
            }
            String value = value(entry);
            Set<String> hosts = hosts(entry);
            if (value != null) {
                secrets.put(name, new Secret(value, hosts));
            }
        });
        return secrets.isEmpty() ? NONE : new Secrets(secrets);
    }

    private static @Nullable String value(JsonReader entry) {
        String value = entry.optionalText("value");
        String file = entry.optionalText("file");
        String variable = entry.optionalText("env");
        long given = List.of("value", "file", "env").stream().filter(entry::has).count();
        if (given != 1) {
            entry.problem("", "has " + given + " of value, file and env; use one of them");
            return null;
        }
        if (variable != null) {
            String found = System.getenv(variable);
            if (found == null || found.isEmpty()) {
                entry.problem("env", "is " + variable + ", which is not set in the environment");
            }
            return found;
        }
        if (file == null || file.isBlank()) {
            return value;
        }
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            entry.problem("file", "cannot be read: " + file + "; use the path of a file that holds the secret");
            return null;
        }
    }

    private static Set<String> hosts(JsonReader entry) {
        List<String> given = entry.strings("for");
        if (given.isEmpty() && (!entry.has("for") || entry.isEmptyList("for"))) {
            entry.problem("for", "is missing or empty; list the hosts that it may be sent to, such as example.org");
        }
        Set<String> hosts = new HashSet<>();
        for (int i = 0; i < given.size(); i++) {
            // A bare name means port 443; HostOf normalises both notations to the same name.
            String host = HostOf.address("https://" + given.get(i) + "/");
            if (host.isEmpty() || given.get(i).matches(".*[/?#@\\s].*")) {
                entry.problem("for[" + i + "]", "is \"" + given.get(i) + "\"; use a host, or HOST:PORT");
            }
            hosts.add(host);
        }
        return Set.copyOf(hosts);
    }

    /**
     * Fills in the secrets of a login template.
     *
     * @throws LookupException with {@code login} if a secret is missing in the configuration
     */
    Typed typed(String template, String step) throws LookupException {
        Matcher placeholder = Session.SECRET.matcher(template);
        StringBuilder text = new StringBuilder();
        Set<String> hosts = null;
        while (placeholder.find()) {
            Secret secret = secrets.get(placeholder.group(1));
            if (secret == null) {
                throw new LookupException(
                        ErrorCode.LOGIN,
                        "The secret \"" + placeholder.group(1) + "\" is not configured" + " (crawl.secrets)",
                        step);
            }
            if (hosts == null) {
                hosts = new HashSet<>(secret.hosts);
            } else {
                hosts.retainAll(secret.hosts);
            }
            placeholder.appendReplacement(text, Matcher.quoteReplacement(secret.value));
        }
        placeholder.appendTail(text);
        return new Typed(text.toString(), hosts);
    }

    /** Redacts secrets that a site may have echoed into the fields. */
    JsonObject redact(JsonObject fields) {
        return secrets.isEmpty() ? fields : (JsonObject) redacted(fields);
    }

    String redact(String text) {
        String redacted = text;
        for (Secret secret : secrets.values()) {
            if (secret.value.length() >= MIN_REDACTED) {
                redacted = redacted.replace(secret.value, REDACTED);
            }
        }
        return redacted;
    }

    private Object redacted(Object value) {
        if (value instanceof JsonObject object) {
            JsonObject copy = new JsonObject();
            object.forEach(entry -> copy.put(entry.getKey(), redacted(entry.getValue())));
            return copy;
        }
        if (value instanceof JsonArray array) {
            JsonArray copy = new JsonArray();
            array.forEach(element -> copy.add(redacted(element)));
            return copy;
        }
        return value instanceof String text ? redact(text) : value;
    }

    /** Lists the names only, so that no secret gets into a log. */
    @Override
    public String toString() {
        return "Secrets" + secrets.keySet();
    }
}
