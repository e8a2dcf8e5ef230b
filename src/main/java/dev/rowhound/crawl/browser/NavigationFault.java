package dev.rowhound.crawl.browser;

import com.microsoft.playwright.PlaywrightException;
import dev.rowhound.job.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The reason why the browser could not open a page.
 *
 * @param code the error code
 * @param message one sentence for a person
 */
record NavigationFault(ErrorCode code, String message) {
    private static final Pattern NET_ERROR = Pattern.compile("net::(ERR_[A-Z0-9_]+)");

    private static final String ABORTED = "ERR_ABORTED";

    /** The format of errors from the driver: a record over several lines. */
    private static final Pattern WRAPPED = Pattern.compile("\\AError \\{\\s+message='([^\\n]*?)'?\\n");

    /** The messages after the page, the browser or the driver died during a call. */
    private static final List<String> CLOSED_MESSAGES = List.of(
            "has been closed", "connection closed", "pipe closed", "crashed", "browser was stopped", "session closed");

    /** The messages while one document replaces another. */
    private static final List<String> NAVIGATING_MESSAGES = List.of(
            "context was destroyed",
            "Cannot find context",
            "Inspected target navigated",
            "No frame for given id",
            "Promise was collected");

    /** Creates the fault from Playwright's message. */
    static NavigationFault of(PlaywrightException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("Download is starting")) {
            return new NavigationFault(ErrorCode.NAVIGATION, "The URL is a download, not a page");
        }
        Matcher error = NET_ERROR.matcher(message);
        return error.find()
                ? ofNetError(error.group(1))
                : new NavigationFault(ErrorCode.NAVIGATION, "The page could not be opened: " + firstLine(message));
    }

    /** Creates the fault from one of Chromium's network errors, such as {@code ERR_CONNECTION_REFUSED}. */
    static NavigationFault ofNetError(String error) {
        if (error.equals("ERR_NAME_NOT_RESOLVED") || error.equals("ERR_NAME_RESOLUTION_FAILED")) {
            return new NavigationFault(ErrorCode.DNS, "The host's name could not be resolved");
        }
        if (error.startsWith("ERR_CERT_") || error.startsWith("ERR_SSL_") || error.startsWith("ERR_BAD_SSL_")) {
            return new NavigationFault(
                    ErrorCode.TLS, "The host's certificate or handshake was not accepted (" + error + ")");
        }
        if (error.equals("ERR_TIMED_OUT") || error.equals("ERR_CONNECTION_TIMED_OUT")) {
            return new NavigationFault(ErrorCode.TIMEOUT, "The host did not respond in time");
        }
        if (error.equals("ERR_CONNECTION_REFUSED")) {
            return new NavigationFault(ErrorCode.NAVIGATION, "The host refused the connection");
        }
        if (error.equals(ABORTED)) {
            return new NavigationFault(ErrorCode.NAVIGATION, "The URL returned no page");
        }
        return new NavigationFault(ErrorCode.NAVIGATION, "The page could not be opened (" + error + ")");
    }

    /** Returns whether the page, the browser or the driver is gone, as opposed to a failed call. */
    static boolean isClosed(PlaywrightException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return CLOSED_MESSAGES.stream().anyMatch(message::contains);
    }

    /** Returns whether the navigation was aborted, because of the response or because the page's process died. */
    static boolean isAborted(PlaywrightException e) {
        return String.valueOf(e.getMessage()).contains(ABORTED);
    }

    /** Returns whether the call failed because one document was replacing another. */
    static boolean isNavigating(PlaywrightException e) {
        String message = String.valueOf(e.getMessage());
        return NAVIGATING_MESSAGES.stream().anyMatch(message::contains);
    }

    /** Returns the first line of Playwright's message, without its wrapping, stack and log. */
    static String firstLine(@Nullable String message) {
        String text = String.valueOf(message);
        Matcher wrapped = WRAPPED.matcher(text);
        return (wrapped.find() ? wrapped.group(1) : text)
                .lines()
                .findFirst()
                .orElse("")
                .replaceFirst("^(Error: )+", "")
                .strip();
    }
}
