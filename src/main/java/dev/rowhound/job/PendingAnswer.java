package dev.rowhound.job;

import java.util.Optional;

/** A {@link Question} that was asked. The processor looks at it from time to time, on its own thread. */
public interface PendingAnswer {
    /** The answer, empty until there is one; the text is empty where the person only said "go on". */
    Optional<String> text();

    /** Whether no answer can come any more: the time is over, nobody can be asked, or the item was taken away. */
    boolean over();

    /** Why it is over without an answer, in one sentence for a person. */
    String reason();

    /** An answer that never comes. */
    static PendingAnswer none(String reason) {
        return new PendingAnswer() {
            @Override
            public Optional<String> text() {
                return Optional.empty();
            }

            @Override
            public boolean over() {
                return true;
            }

            @Override
            public String reason() {
                return reason;
            }
        };
    }
}
