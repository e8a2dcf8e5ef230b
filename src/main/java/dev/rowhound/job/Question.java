package dev.rowhound.job;

import org.jspecify.annotations.Nullable;

/**
 * What a person is asked when a look-up cannot go on without one.
 *
 * @param prompt one sentence, such as "Type the letters of the picture."
 * @param text whether a text is wanted; otherwise the person only says "go on"
 * @param picture what the person must see, as PNG, or null
 * @param page the address of the page that asks
 * @param waitMillis how long the look-up waits for the answer
 * @param rejected whether the page asks the same again after an answer that it did not accept
 * @param triesLeft how many answers the look-up takes before it fails, this one included
 */
public record Question(
        String prompt,
        boolean text,
        byte @Nullable [] picture,
        String page,
        long waitMillis,
        boolean rejected,
        int triesLeft) {}
