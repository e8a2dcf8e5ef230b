package dev.trawl.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;

/** A server answered with an error; the message is the server's own sentence where it gave one. */
final class ApiFailure extends CommandFailure {
    private static final long serialVersionUID = 1L;

    private final int status;

    private ApiFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    /** For an answer of status 400 or more. */
    static ApiFailure of(URI address, int status, String body) {
        String message = null;
        try {
            message = new JsonObject(body).getValue("message") instanceof String sentence ? sentence : null;
        } catch (DecodeException e) {
            // A proxy's page or another server's: told below.
        }
        if (message == null) {
            message = address + " answered with status " + status
                    + " and without Trawl's record of an error; is a Trawl server there?";
        }
        return new ApiFailure(status, message);
    }

    int status() {
        return status;
    }

    /** Whether asking again later may be answered. */
    boolean passing() {
        return status >= 500 || status == 429 || status == 408;
    }
}
