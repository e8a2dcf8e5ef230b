package dev.rowhound.redis;

import dev.rowhound.config.Resource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Lua script that Redis runs atomically. The file's name ends in its number of keys, such as {@code claim-6.lua}; a
 * line {@code --@include name} is replaced by the text of {@code name.lua} in the same package.
 *
 * @param name the file's name without extension
 * @param keys the number of keys
 * @param text the text with its includes
 * @param sha1 the digest for {@code EVALSHA}, in hexadecimal
 */
public record LuaScript(String name, int keys, String text, String sha1) {
    private static final Pattern INCLUDE = Pattern.compile("(?m)^--@include (\\w+)$");

    /**
     * Loads {@code <name>.lua} from the package of {@code owner}.
     *
     * @throws IllegalArgumentException if the file does not exist or its name has no number of keys
     */
    public static LuaScript load(Class<?> owner, String name) {
        int dash = name.lastIndexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException(name + " does not end in its number of keys");
        }
        Matcher includes = INCLUDE.matcher(Resource.text(owner, name + ".lua"));
        String text = includes.replaceAll(
                include -> Matcher.quoteReplacement(Resource.text(owner, include.group(1) + ".lua")));
        return new LuaScript(name, Integer.parseInt(name.substring(dash + 1)), text, sha1(text));
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
