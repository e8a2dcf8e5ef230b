package dev.rowhound.job;

import java.util.Optional;

/** The pending answer to a {@link Question}. The processor polls it on its thread. */
public interface PendingAnswer {
    /** Returns the answer, empty while there is none; the text is empty if the person only confirmed. */
    Optional<String> text();

    /** Returns whether no answer can arrive: the time is over, nobody can be asked, or the lease is lost. */
    boolean over();

    /** Explains in one sentence for a person why no answer arrived. */
    String reason();

    /** Returns an answer that never arrives. */
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
