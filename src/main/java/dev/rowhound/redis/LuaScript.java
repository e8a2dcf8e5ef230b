package dev.rowhound.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A script that Redis runs as one step. Its file's name ends in the number of its keys, {@code claim-6.lua}; a line
 * {@code --@include name} stands for the text of {@code name.lua} beside it.
 *
 * @param name the file's name without its ending
 * @param keys how many keys it takes
 * @param text what Redis is given
 * @param sha1 the digest that names it to Redis, in hexadecimal
 */
public record LuaScript(String name, int keys, String text, String sha1) {
    private static final Pattern INCLUDE = Pattern.compile("(?m)^--@include (\\w+)$");

    /**
     * Loads {@code <name>.lua} from the package of {@code owner}.
     *
     * @throws IllegalArgumentException where there is no such file, or its name has no number
     */
    public static LuaScript load(Class<?> owner, String name) {
        int dash = name.lastIndexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException(name + " does not end in its number of keys");
        }
        Matcher includes = INCLUDE.matcher(resource(owner, name));
        String text = includes.replaceAll(include -> Matcher.quoteReplacement(resource(owner, include.group(1))));
        return new LuaScript(name, Integer.parseInt(name.substring(dash + 1)), text, sha1(text));
    }

    private static String resource(Class<?> owner, String name) {
        try (InputStream in = owner.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IllegalArgumentException("no script " + name + ".lua beside " + owner.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
