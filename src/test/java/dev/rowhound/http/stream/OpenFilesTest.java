package dev.rowhound.http.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
    @Test
    void saysSoWhereStreamsNeedMoreFilesThanTheProcessMayOpen() {
        assertThat(OpenFiles.tooFew(20_000, 19_999))
                .contains("http.max_streams is 20000", "may open only 19999 files", "to at most 19499");
        assertThat(OpenFiles.tooFew(20_000, 100)).contains("set http.max_streams to at most 1");
        assertThat(OpenFiles.tooFew(20_000, 20_000)).isNull();
        assertThat(OpenFiles.tooFew(1_000_000, Long.MAX_VALUE)).isNull();
    }

    @Test
    void asksTheSystemForItsLimit() {
        assertThat(OpenFiles.tooFew(new StreamConfig(15_000, 300, 60, 1))).isNull();
        assertThat(OpenFiles.tooFew(new StreamConfig(15_000, 300, 60, Integer.MAX_VALUE)))
                .contains("http.max_streams is 2147483647");
    }
}
