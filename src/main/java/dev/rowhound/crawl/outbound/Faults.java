package dev.rowhound.crawl.outbound;

import dev.rowhound.job.ErrorCode;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** What a connection's failure means. */
final class Faults {
    private Faults() {}

    /**
     * That failure as one of ours.
     *
     * @param whom whom it was about, to begin a sentence with
     */
    static OutboundException of(Throwable e, String whom) {
        if (e instanceof OutboundException known) {
            return known;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException || cause instanceof CertificateException) {
                return new OutboundException(
                        ErrorCode.TLS, whom + ": the certificate or the handshake was not accepted", e);
            }
            if (isTimeout(cause)) {
                return new OutboundException(ErrorCode.TIMEOUT, whom + " did not answer in time", e);
            }
            if (cause instanceof ConnectException) {
                return new OutboundException(ErrorCode.NAVIGATION, whom + " refused the connection", e);
            }
        }
        return new OutboundException(ErrorCode.NAVIGATION, whom + " broke the connection off", e);
    }

    /** Netty's time-out while connecting is a refusal to Java's eyes. */
    private static boolean isTimeout(Throwable cause) {
        return cause instanceof TimeoutException
                || cause instanceof SocketTimeoutException
                || cause.getClass().getSimpleName().equals("ConnectTimeoutException");
    }
}
