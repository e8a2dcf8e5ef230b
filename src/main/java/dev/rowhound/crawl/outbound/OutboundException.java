package dev.rowhound.crawl.outbound;

import dev.rowhound.job.ErrorCode;

/** Something could not be fetched; the message is one sentence for a person. */
public final class OutboundException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    OutboundException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    OutboundException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /**
     * The kind of fault: {@code ADDRESS_REFUSED}, {@code DNS}, {@code TLS}, {@code NAVIGATION}, {@code TIMEOUT},
     * {@code TOO_LARGE} or {@code PROXY}.
     */
    public ErrorCode code() {
        return code;
    }
}
