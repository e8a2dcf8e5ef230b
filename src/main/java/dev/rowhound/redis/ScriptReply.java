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
 * What a script has answered, read value by value in the order that its contract gives. A reply that is too short, or
 * holds something else, fails with the script's name.
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

    /** Whether another value follows. */
    public boolean more() {
        return next < values.size();
    }

    /** The next value as text. */
    public String text() {
        return value().toString();
    }

    /** The next value as text, or null where the script has answered nothing there. */
    public @Nullable String textOrNull() {
        Response value = any();
        return value == null ? null : value.toString();
    }

    /** The next value as it came. */
    public Buffer bytes() {
        return value().toBuffer();
    }

    /** The next value as a whole number. */
    public int integer() {
        return number(Response::toInteger);
    }

    /** The next value as a whole number. */
    public long integer64() {
        return number(Response::toLong);
    }

    /** The next value, 1 for true or 0 for false. */
    public boolean flag() {
        return integer() == 1;
    }

    /** The next value, one of the constants' names in lower case. */
    public <E extends Enum<E>> E word(Class<E> words) {
        String word = text();
        try {
            return Enum.valueOf(words, word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(script + " has answered \"" + word + "\"", e);
        }
    }

    /** The next value, which is a list. */
    public ScriptReply list() {
        return new ScriptReply(script, value());
    }

    /** All values that follow. */
    public <T extends @Nullable Object> List<T> rest(Function<ScriptReply, T> read) {
        List<T> rest = new ArrayList<>();
        while (more()) {
            rest.add(read.apply(this));
        }
        return rest;
    }

    /** All values that follow, as pairs of name and text. */
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
