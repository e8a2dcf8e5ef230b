package dev.rowhound.crawl.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.PlaywrightException;
import dev.rowhound.job.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NavigationFaultTest {
    @ParameterizedTest
    @CsvSource({
        "ERR_NAME_NOT_RESOLVED, DNS",
        "ERR_CERT_AUTHORITY_INVALID, TLS",
        "ERR_CERT_DATE_INVALID, TLS",
        "ERR_SSL_PROTOCOL_ERROR, TLS",
        "ERR_CONNECTION_TIMED_OUT, TIMEOUT",
        "ERR_TIMED_OUT, TIMEOUT",
        "ERR_CONNECTION_REFUSED, NAVIGATION",
        "ERR_CONNECTION_RESET, NAVIGATION",
        "ERR_ABORTED, NAVIGATION",
        "ERR_TOO_MANY_REDIRECTS, NAVIGATION"
    })
    void networkErrorsAreMapped(String error, ErrorCode code) {
        NavigationFault fault = NavigationFault.of(new PlaywrightException("Error {\n  message='net::" + error
                + " at http://10.0.0.1/\n=========================== logs\nnavigating\n"));
        assertThat(fault.code()).isEqualTo(code);
        assertThat(fault.message()).doesNotContain("10.0.0.1", "\n");
    }

    @Test
    void downloadIsTold() {
        NavigationFault fault = NavigationFault.of(new PlaywrightException("Download is starting"));
        assertThat(fault.code()).isEqualTo(ErrorCode.NAVIGATION);
        assertThat(fault.message()).contains("download");
    }

    @Test
    void messagesAreUnwrapped() {
        assertThat(NavigationFault.firstLine("Error {\n  message='Unknown key: \"x\"\n  name='Error\n  stack='…\n}"))
                .isEqualTo("Unknown key: \"x\"");
        assertThat(NavigationFault.firstLine("Error: plain\nlog")).isEqualTo("plain");
        assertThat(NavigationFault.firstLine(null)).isEqualTo("null");
    }

    @ParameterizedTest
    @CsvSource({
        "'Target page, context or browser has been closed', true",
        "Target crashed, true",
        "Playwright connection closed, true",
        "'Failed to read message from driver, pipe closed.', true",
        "Element is not an <input>, false",
        "Unexpected token, false"
    })
    void deathIsToldFromOtherFaults(String message, boolean gone) {
        assertThat(NavigationFault.isClosed(new PlaywrightException(message))).isEqualTo(gone);
    }
}
