package dev.rowhound.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ErrorCodeTest {
    @Test
    void everyLetterIsPinned() {
        String letters = Arrays.stream(ErrorCode.values())
                .map(code -> code.wire() + "=" + code.code())
                .collect(Collectors.joining(" "));

        // They stand in stores: none of these may ever change.
        assertThat(letters)
                .isEqualTo("timeout=t navigation=n dns=d tls=s http_4xx=4 http_5xx=5 rate_limited=r unrecognised=u"
                        + " selector_missing=m field_invalid=f browser_crashed=c too_large=l worker_lost=w internal=e"
                        + " address_refused=a proxy=p unanswered=q robots=o login=g invalid_input=i blocked=b");
    }

    @Test
    void aCodeIsFoundByItsLetterAndItsName() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(ErrorCode.of(code.code())).isEqualTo(code);
            assertThat(ErrorCode.of(code.wire())).isEqualTo(code);
        }
        assertThatThrownBy(() -> ErrorCode.of('?')).isInstanceOf(IllegalArgumentException.class);
    }
}
