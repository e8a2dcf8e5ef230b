package dev.rowhound.redis;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a script's reply value by value in the order of its contract. Fails with the script's name if a value is
 * missing or of the wrong type.
 */
public final class ScriptReply {
    private final String script;
    private final List<@Nullable Response> values;
    private int next;

    ScriptReply(LuaScript script, Response reply) {
        this(script.name(), reply);
    }

    private ScriptReply(String script, Response reply) {
        this.script = script;
        this.values = new ArrayList<>();
        if (reply.type() == ResponseType.MULTI) {
            reply.forEach(values::add);
        } else {
            values.add(reply);
        }
    }

    public boolean more() {
        return next < values.size();
    }

    public String text() {
        return value().toString();
    }

    /** Returns the next value as text, or null for a nil. */
    public @Nullable String textOrNull() {
        Response value = any();
        return value == null ? null : value.toString();
    }

    /** Returns the next value's bytes. */
    public Buffer bytes() {
        return value().toBuffer();
    }

    public int integer() {
        return number(Response::toInteger);
    }

    public long integer64() {
        return number(Response::toLong);
    }

    /** Returns the next value, 1 for true or 0 for false. */
    public boolean flag() {
        return integer() == 1;
    }

    /** Returns the constant whose lower-case name is the next value. */
    public <E extends Enum<E>> E word(Class<E> words) {
        String word = text();
        try {
            return Enum.valueOf(words, word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(script + " has answered \"" + word + "\"", e);
        }
    }

    /** Returns the next value, a list. */
    public ScriptReply list() {
        return new ScriptReply(script, value());
    }

    /** Reads all remaining values. */
    public <T extends @Nullable Object> List<T> rest(Function<ScriptReply, T> read) {
        List<T> rest = new ArrayList<>();
        while (more()) {
            rest.add(read.apply(this));
        }
        return rest;
    }

    /** Reads all remaining values as pairs of name and text. */
    public Map<String, String> restByName() {
        Map<String, String> pairs = new HashMap<>();
        while (more()) {
            pairs.put(text(), text());
        }
        return pairs;
    }

    private <N> N number(Function<Response, N> read) {
        Response value = value();
        try {
            return read.apply(value);
        } catch (RuntimeException e) {
            throw new IllegalStateException(script + " has answered \"" + value + "\" where a number was due", e);
        }
    }

    private Response value() {
        Response value = any();
        if (value == null) {
            throw new IllegalStateException(script + " has answered nothing as value " + next);
        }
        return value;
    }

    private @Nullable Response any() {
        if (!more()) {
            throw new IllegalStateException(script + " has answered " + values.size() + " values, and more were due");
        }
        return values.get(next++);
    }
}
