package dev.trawl.queue;

import dev.trawl.redis.LuaScript;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The scripts that walk over rows, word for word, but with windows of a few rows in place of thousands, so that small
 * jobs meet the edges.
 */
final class NarrowScripts {
    /** What they do at most. */
    static final JobModel.Limits LIMITS = new JobModel.Limits(4, 2, 3, 2, 5);

    static final LuaScript CLAIM =
            narrow(Scripts.CLAIM, "SCAN, WINDOW, HELD = 10000, 1000, 10000", "SCAN, WINDOW, HELD = 4, 2, 3");
    static final LuaScript TICK = narrow(Scripts.TICK, "SCAN, PIECE = 10000, 1000", "SCAN, PIECE = 5, 2");

    private NarrowScripts() {}

    private static LuaScript narrow(LuaScript script, String wide, String narrow) {
        if (!script.text().contains(wide)) {
            throw new IllegalStateException(script.name() + ".lua has no \"" + wide + "\" to make narrow");
        }
        String text = script.text().replace(wide, narrow);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return new LuaScript(
                    script.name(), script.keys(), text, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
