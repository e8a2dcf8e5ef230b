package dev.rowhound.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.redis.StoreUnavailableException.StoreFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreReasonsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LOADING Redis is loading the dataset in memory|store_loading",
                "MISCONF Errors writing to the AOF file: No space left on device|store_cannot_save",
                "OOM command not allowed when used memory > 'maxmemory'.|store_full",
                "READONLY You can't write against a read only replica.|store_read_only",
                "MASTERDOWN Link with MASTER is down|store_primary_down",
                "NOREPLICAS Not enough good replicas to write.|store_no_replicas",
                "BUSY Redis is busy running a script.|store_busy",
                "CLUSTERDOWN The cluster is down|store_cluster_down",
                "TRYAGAIN Multiple keys request during rehashing of slot|store_moving",
                "NOAUTH Authentication required.|store_denied",
                "WRONGPASS invalid username-password pair or user is disabled.|store_denied",
                "NOPERM this user has no permissions to run the 'evalsha' command|store_denied"
            })
    void whatRedisAnswersHasACode(String answer, String code) {
        assertThat(StoreFault.of(answer).code()).isEqualTo(code);
        assertThat(StoreFault.of(answer).sentence()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "ERR unknown command",
        "NOSCRIPT No matching script.",
        "WRONGTYPE Operation",
        "BUSYGROUP there",
        "NO_ANSWER x",
        "BUSY"
    })
    void aFaultOfTheCallHasNone(String answer) {
        assertThat(StoreFault.of(answer)).isNull();
    }

    @Test
    void noAnswerHasOne() {
        assertThat(new StoreUnavailableException("away", null).reason().code()).isEqualTo("store_unavailable");
    }
}
