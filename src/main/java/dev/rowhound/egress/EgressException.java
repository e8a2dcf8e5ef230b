package dev.rowhound.egress;

import dev.rowhound.job.ErrorCode;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Thrown when a request fails; the message is one sentence for a person. */
public final class EgressException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    EgressException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    EgressException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /**
     * Returns the kind of error: {@code ADDRESS_REFUSED}, {@code DNS}, {@code TLS}, {@code NAVIGATION},
     * {@code TIMEOUT}, {@code TOO_LARGE} or {@code PROXY}.
     */
    public ErrorCode code() {
        return code;
    }

    /**
     * Classifies a connection error.
     *
     * @param whom the peer, which begins the message
     */
    static EgressException of(Throwable e, String whom) {
        if (e instanceof EgressException known) {
            return known;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException || cause instanceof CertificateException) {
                return new EgressException(
                        ErrorCode.TLS, whom + ": the certificate or the handshake was not accepted", e);
            }
            if (isTimeout(cause)) {
                return new EgressException(ErrorCode.TIMEOUT, whom + " did not respond in time", e);
            }
            if (cause instanceof ConnectException) {
                return new EgressException(ErrorCode.NAVIGATION, whom + " refused the connection", e);
            }
        }
        return new EgressException(ErrorCode.NAVIGATION, whom + " aborted the connection", e);
    }

    /** Netty's connect timeout is a subclass of ConnectException. */
    private static boolean isTimeout(Throwable cause) {
        return cause instanceof TimeoutException
                || cause instanceof SocketTimeoutException
                || cause.getClass().getSimpleName().equals("ConnectTimeoutException");
    }
}
