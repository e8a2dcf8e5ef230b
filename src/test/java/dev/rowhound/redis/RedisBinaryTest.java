package dev.rowhound.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class RedisBinaryTest {
    @TempDir
    private Path folder;

    @Test
    void takesAProgramThatTellsAVersionOfToday() throws Exception {
        Path program = program("echo 'Redis server v=7.2.4 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64'");

        assertThat(RedisBinary.find(program.toString(), folder)).isEqualTo(new RedisBinary(program, "7.2.4"));
    }

    @Test
    void refusesAProgramThatNeverEnds() throws Exception {
        Path pid = folder.resolve("pid");
        Path program = program("echo $$ > " + pid + "; sleep 600");

        assertThatThrownBy(() -> RedisBinary.find(program.toString(), folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("redis.embedded.binary is " + program);
        long started = Long.parseLong(Files.readString(pid).strip());
        assertThat(ProcessHandle.of(started).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }

    @Test
    void refusesAnOldOne() throws Exception {
        Path program = program("echo 'Redis server v=6.2.11 sha=00000000:0'");

        assertThatThrownBy(() -> RedisBinary.find(program.toString(), folder)).hasMessageContaining("7.0 or later");
    }

    private Path program(String body) throws IOException {
        Path program = Files.writeString(folder.resolve("redis-server"), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
