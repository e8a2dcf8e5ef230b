package dev.rowhound.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rowhound.progress.UserCursor.Kind;
import dev.rowhound.progress.UserCursor.Known;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UserCursorTest {
    private static final long NOW = 1_795_000_000_000L;

    private static String job() {
        return UUID.randomUUID().toString();
    }

    @Test
    void comesBackAsItWas() {
        UserCursor cursor = new UserCursor(
                NOW - 60_000,
                NOW,
                true,
                Map.of(
                        job(), new Known(Kind.OPEN, new Cursor(17, "9f3a01bc")),
                        job(), new Known(Kind.OPEN, Cursor.START),
                        job(), new Known(Kind.ENDED, new Cursor(3_000_000, "00000000")),
                        job(), Known.OVER,
                        job(), Known.LOST));
        assertThat(UserCursor.parse(cursor.toString())).isEqualTo(cursor);
        assertThat(cursor.toString()).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void fitsIntoARequestWithAsManyJobsAsItTakes() {
        Map<String, Known> jobs = new HashMap<>();
        while (jobs.size() < UserCursor.MAX_JOBS) {
            jobs.put(job(), new Known(Kind.OPEN, new Cursor(1_000_000_000_000L, "ffffffff")));
        }
        String wire = new UserCursor(NOW, NOW, true, jobs).toString();
        assertThat(wire).hasSizeLessThanOrEqualTo(UserCursor.MAX_CHARACTERS);
        assertThat(UserCursor.parse(wire)).isNotNull();
    }

    @Test
    void isNoneWhereItIsNot() {
        String good = new UserCursor(NOW, NOW, false, Map.of(job(), new Known(Kind.OPEN, new Cursor(17, "9f3a01bc"))))
                .toString();
        assertThat(UserCursor.parse(good)).isNotNull();
        for (int length = 0; length < good.length(); length++) {
            String part = good.substring(0, length);
            UserCursor parsed = UserCursor.parse(part);
            // Cut between two jobs it is one of fewer jobs; nobody sends that.
            assertThat(parsed == null || parsed.jobs().isEmpty()).as(part).isTrue();
        }
        byte[] otherVersion = Base64.getUrlDecoder().decode(good);
        otherVersion[0] = 2;
        byte[] noKind = Base64.getUrlDecoder().decode(good);
        noKind[noKind.length - 22] = 9;
        assertThat(UserCursor.parse(Base64.getUrlEncoder().encodeToString(otherVersion)))
                .isNull();
        assertThat(UserCursor.parse(Base64.getUrlEncoder().encodeToString(noKind)))
                .isNull();
        assertThat(UserCursor.parse("17.9f3a01bc")).isNull();
        assertThat(UserCursor.parse("")).isNull();
        assertThat(UserCursor.parse("A".repeat(UserCursor.MAX_CHARACTERS + 1))).isNull();
    }
}
