package dev.rowhound.http.request;

/**
 * The reason why {@link RequestGuard} rejects a request.
 *
 * @param status the HTTP status
 * @param code the error code in snake case; part of the wire format
 * @param message one sentence that says how to correct the request
 * @param header the faulty header
 * @param closing whether the connection closes after the response because the start of the next request is unknown
 */
public record RequestFault(int status, String code, String message, String header, boolean closing) {
    static RequestFault of(int status, String code, String message, String header) {
        return new RequestFault(status, code, message, header, false);
    }
}
