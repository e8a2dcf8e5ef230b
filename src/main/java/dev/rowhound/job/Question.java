package dev.rowhound.job;

import org.jspecify.annotations.Nullable;

/**
 * A question to a person without whose answer a look-up cannot continue.
 *
 * @param prompt one sentence, such as "Type the letters of the picture."
 * @param text whether an answer text is expected; otherwise the person only confirms
 * @param picture a PNG for the person, or null
 * @param page the URL of the page that asks
 * @param waitMillis how long the look-up waits for the answer
 * @param rejected whether the page rejected the previous answer and asks again
 * @param triesLeft how many answers, including this one, the look-up accepts before it fails
 */
public record Question(
        String prompt,
        boolean text,
        byte @Nullable [] picture,
        String page,
        long waitMillis,
        boolean rejected,
        int triesLeft) {}
