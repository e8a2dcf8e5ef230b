package dev.rowhound.demo;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The tax codes that the site knows, and how it responds to each. Everything is derived from the code, so all sites
 * respond alike and expected results can be kept next to a file of codes.
 */
final class Companies {
    /** The page takes {@link DemoSite.Config#slow()}. */
    static final String SLOW = "9900000016";

    /** The third request gets the page, the first two get 503. */
    static final String FLAKY = "9900000023";

    /** There is no response; the connection stays open until the client leaves. */
    static final String SILENT = "9900000030";

    /** The page is a challenge with status 403. */
    static final String BLOCKED = "9900000048";

    /** How the site responds to a code. */
    enum Answer {
        /** The company's page. */
        PLAIN,
        /** A page that a script fills in after it has loaded. */
        SCRIPTED,
        /** See {@link Companies#SLOW}. */
        SLOW,
        /** See {@link Companies#FLAKY}. */
        FLAKY,
        /** See {@link Companies#SILENT}. */
        SILENT,
        /** See {@link Companies#BLOCKED}. */
        BLOCKED,
        /** "No company found" with status 200, as many sites do. */
        NOT_FOUND_200,
        /** "No company found" with status 404. */
        NOT_FOUND_404
    }

    private static final Map<String, Answer> SPECIAL =
            Map.of(SLOW, Answer.SLOW, FLAKY, Answer.FLAKY, SILENT, Answer.SILENT, BLOCKED, Answer.BLOCKED);

    private static final Pattern TAX_CODE = Pattern.compile("[0-9]{10}(-[0-9]{3})?");
    private static final int DIGITS = 10;
    private static final int[] WEIGHTS = {31, 29, 23, 19, 17, 13, 7, 5, 3};

    /** One in this many codes is unknown. */
    private static final int UNKNOWN_DIVISOR = 9;

    /** One in this many pages is filled in by a script. */
    private static final int SCRIPTED_DIVISOR = 3;

    private Companies() {}

    /** Returns how the site responds to a code, which may be any text. */
    static Answer answer(String code) {
        Answer special = SPECIAL.get(code);
        if (special != null) {
            return special;
        }
        long hash = hash(code);
        if (!isKnown(code)) {
            return hash % 2 == 0 ? Answer.NOT_FOUND_200 : Answer.NOT_FOUND_404;
        }
        return (hash / UNKNOWN_DIVISOR) % SCRIPTED_DIVISOR == 0 ? Answer.SCRIPTED : Answer.PLAIN;
    }

    /** Returns the company with that code if the site knows it, however it responds. */
    static Optional<Company> find(String code) {
        return isKnown(code) ? Optional.of(CompanyInventor.invent(code)) : Optional.empty();
    }

    /** A branch is known if its head office is. */
    private static boolean isKnown(String code) {
        return SPECIAL.containsKey(code) || (isTaxCode(code) && hash(code.substring(0, DIGITS)) % UNKNOWN_DIVISOR != 0);
    }

    /** Returns whether the code has ten digits with a correct check digit, and optionally a branch number. */
    private static boolean isTaxCode(String code) {
        if (!TAX_CODE.matcher(code).matches()) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < WEIGHTS.length; i++) {
            sum += WEIGHTS[i] * (code.charAt(i) - '0');
        }
        return code.charAt(WEIGHTS.length) - '0' == 10 - sum % 11;
    }

    /** Returns a non-negative hash that is the same in every JVM and differs widely between similar codes. */
    static long hash(String code) {
        long hash = code.hashCode() * 0x9E3779B97F4A7C15L;
        return (hash ^ (hash >>> 29)) & Long.MAX_VALUE;
    }
}
