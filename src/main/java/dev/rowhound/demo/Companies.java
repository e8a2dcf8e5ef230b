package dev.rowhound.demo;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which tax codes the site knows and how it answers each. Everything follows from the code alone, so every site
 * answers alike, and a file of expected results can stand beside a file of codes.
 */
final class Companies {
    /** The page comes after {@link DemoSite.Config#slow()}. */
    static final String SLOW = "9900000016";

    /** The page comes at the third request; the first two get 503. */
    static final String FLAKY = "9900000023";

    /** No answer ever comes; the connection stays open until the client leaves. */
    static final String SILENT = "9900000030";

    /** The page is a challenge with status 403. */
    static final String BLOCKED = "9900000048";

    /** How the site answers a request for a code. */
    enum Answer {
        /** A page with the company on it. */
        PLAIN,
        /** A page that a script fills in after load. */
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

    /** One code in so many is unknown. */
    private static final int UNKNOWN_SHARE = 9;

    /** One page in so many is filled in by script. */
    private static final int SCRIPTED_SHARE = 3;

    private Companies() {}

    /** How the site answers that code, which may be any text. */
    static Answer answer(String code) {
        Answer special = SPECIAL.get(code);
        if (special != null) {
            return special;
        }
        long hash = hash(code);
        if (!isKnown(code)) {
            return hash % 2 == 0 ? Answer.NOT_FOUND_200 : Answer.NOT_FOUND_404;
        }
        return (hash / UNKNOWN_SHARE) % SCRIPTED_SHARE == 0 ? Answer.SCRIPTED : Answer.PLAIN;
    }

    /** The company with that code, if the site knows one, whatever way it answers. */
    static Optional<Company> find(String code) {
        return isKnown(code) ? Optional.of(CompanyInventor.invent(code)) : Optional.empty();
    }

    /** A branch is known if its head office is. */
    private static boolean isKnown(String code) {
        return SPECIAL.containsKey(code) || (isTaxCode(code) && hash(code.substring(0, DIGITS)) % UNKNOWN_SHARE != 0);
    }

    /** Whether it is ten digits, the last of which fits the others, with or without a branch number. */
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

    /** A number from 0 on that is the same in every JVM and differs widely between codes that differ little. */
    static long hash(String code) {
        long hash = code.hashCode() * 0x9E3779B97F4A7C15L;
        return (hash ^ (hash >>> 29)) & Long.MAX_VALUE;
    }
}
