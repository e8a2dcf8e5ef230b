package dev.rowhound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class LuaScriptTest {
    @Test
    void putsTheIncludedTextInItsPlace() {
        LuaScript script = LuaScript.load(LuaScriptTest.class, "counting-1");

        assertThat(script.text()).isEqualTo("""
                        #!lua
                        local function counted(key, by)
                          return redis.call('INCRBY', key, by)
                        end

                        return counted(KEYS[1], ARGV[1])
                        """);
    }

    @Test
    void takesTheNumberOfKeysFromTheName() {
        assertThat(LuaScript.load(LuaScriptTest.class, "counting-1").keys()).isEqualTo(1);
    }

    @Test
    void isNamedToRedisByTheDigestOfTheWholeText() throws Exception {
        LuaScript script = LuaScript.load(LuaScriptTest.class, "counting-1");

        byte[] digest = MessageDigest.getInstance("SHA-1").digest(script.text().getBytes(StandardCharsets.UTF_8));
        assertThat(script.sha1()).isEqualTo(HexFormat.of().formatHex(digest));
    }

    @Test
    void refusesANameWithoutANumber() {
        assertThatThrownBy(() -> LuaScript.load(LuaScriptTest.class, "counting"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("counting does not end in its number of keys");
    }

    @Test
    void refusesANameThatNoFileHas() {
        assertThatThrownBy(() -> LuaScript.load(LuaScriptTest.class, "missing-2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no file missing-2.lua beside dev.rowhound.redis.LuaScriptTest");
    }
}
