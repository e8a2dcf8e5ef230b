package dev.rowhound.crawl.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetaRefreshTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "0; url=/next | 0 | /next",
                "` 3 ,URL = 'a b' c` | 3 | a b",
                "1.5;\"/x\" | 1 | /x",
                ".5;/x | 0 | /x",
                "0 url=/x | 0 | /x",
                "0;url | 0 | url",
                "0;urls | 0 | urls",
                "0;url='/x | 0 | /x",
                "12345;/x | 2147483647 | /x",
                "5;;/x | 5 | ;/x"
            })
    void readsWhatBrowsersRead(String content, int seconds, String url) {
        assertThat(MetaRefresh.parse(content)).contains(new MetaRefresh(seconds, url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "5;", "; url=/x", "url=/x", "a; url=/x", "0x", "0;url=", "0;url=''", "-1;/x"})
    void whatLeadsNowhereIsNone(String content) {
        assertThat(MetaRefresh.parse(content)).isEmpty();
    }

    @Test
    @Timeout(value = 5, threadMode = ThreadMode.SEPARATE_THREAD)
    void looksAtEachCharacterOnce() {
        String space = " ".repeat(2_000_000);
        assertThat(MetaRefresh.parse("0" + space + "x")).contains(new MetaRefresh(0, "x"));
        assertThat(MetaRefresh.parse("0;url" + space + "=" + space + "x" + space + "y"))
                .hasValueSatisfying(
                        refresh -> assertThat(refresh.url()).startsWith("x ").endsWith(" y"));
    }
}
