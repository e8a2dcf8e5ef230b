package dev.rowhound.http.request;

/**
 * Why a request goes no further.
 *
 * @param status the HTTP status
 * @param code the kind of fault, in snake case; part of the wire format
 * @param message one sentence that says what would be right
 * @param header the header that is at fault
 * @param closing whether the connection ends with the answer, for where the next request begins is in doubt
 */
public record RequestFault(int status, String code, String message, String header, boolean closing) {
    static RequestFault of(int status, String code, String message, String header) {
        return new RequestFault(status, code, message, header, false);
    }
}
