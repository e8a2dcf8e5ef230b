package dev.rowhound.http.request;

import dev.rowhound.app.Refusal;
import dev.rowhound.config.JsonReader;
import dev.rowhound.job.Caller;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the caller of a request. If a front end passes the user in a header, only that header counts, and only
 * when a trusted proxy sent it. Otherwise the caller's own claim is accepted: the query parameter or form field
 * {@code user_id}, else the header {@code Rowhound-User}, else the caller is anonymous.
 *
 * @param header the front end's header, {@code http.user_header}; null if none is configured
 * @param clients knows the trusted proxies
 */
public record Callers(@Nullable String header, ClientAddress clients) {
    /** Name of the query parameter and of the form field. */
    public static final String FIELD = "user_id";

    private static final String USER_HEADER = "Rowhound-User";
    private static final String KEY = "user_header";

    /**
     * A header name (RFC 9110, section 5.1) without underscores, because proxies turn them into hyphens or drop such
     * headers.
     */
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");

    public static Callers from(JsonReader section, ClientAddress clients) {
        String header = section.optionalString(KEY);
        if (header != null && !HEADER.matcher(header).matches()) {
            section.problem(
                    KEY,
                    "is \"" + header + "\"; use a header name of letters, digits and hyphens, such as Rowhound-User");
        } else if (header != null && clients.trustsNobody()) {
            section.problem(
                    KEY,
                    "is \"" + header + "\", but no proxy is trusted to send it; list them in http.trusted_proxies");
        }
        return new Callers(header, clients);
    }

    /**
     * Returns the caller of a request without a form.
     *
     * @throws Refusal if the user name is invalid
     */
    public Caller of(HttpServerRequest request) {
        return of(request, MultiMap.caseInsensitiveMultiMap());
    }

    /**
     * Returns the caller of an upload.
     *
     * @param fields the form's fields
     * @throws Refusal if the user name is invalid
     */
    public Caller of(HttpServerRequest request, MultiMap fields) {
        if (header != null) {
            return clients.isTrustedPeer(request)
                    ? parse(singleValue(request.headers().getAll(header)), header)
                    : Caller.ANONYMOUS;
        }
        String name = request.getParam(FIELD);
        if (name == null) {
            name = fields.get(FIELD);
        }
        return parse(name == null ? request.getHeader(USER_HEADER) : name, FIELD);
    }

    /**
     * Returns the user in the path. If a front end identifies users, this must be the caller.
     *
     * @param parameter the path parameter
     * @throws Refusal with 400 for an invalid name, with 403 for another user
     */
    public String user(RoutingContext context, String parameter) {
        String user = user(context.pathParam(parameter), parameter);
        if (header != null) {
            String caller = RequestScope.of(context).caller().user();
            if (!user.equals(caller)) {
                throw Refusal.of(
                        "other_user",
                        "you are \"" + caller + "\" here and may not see what is \"" + user + "\"'s; put your own name"
                                + " into the address",
                        parameter);
            }
        }
        return user;
    }

    /** Refuses a repeated header: a value that the client sent would otherwise win over the value of the front end. */
    private @Nullable String singleValue(List<String> values) {
        if (values.size() > 1) {
            throw Refusal.of(
                    "invalid_field",
                    "the header " + header + " occurs " + values.size()
                            + " times; the front end must replace the client's header, not add another one",
                    String.valueOf(header));
        }
        return values.isEmpty() || values.get(0).isBlank() ? null : values.get(0);
    }

    private static Caller parse(@Nullable String name, String field) {
        return name == null ? Caller.ANONYMOUS : Caller.of(user(name, field));
    }

    private static String user(String name, String field) {
        try {
            return Caller.of(name).user();
        } catch (IllegalArgumentException e) {
            throw Refusal.of("invalid_field", String.valueOf(e.getMessage()), field);
        }
    }
}
