package dev.rowhound.http;

import dev.rowhound.job.ErrorCode;
import dev.rowhound.job.Evidence;
import dev.rowhound.job.ItemContext;
import dev.rowhound.job.ItemInput;
import dev.rowhound.job.ItemResult;
import dev.rowhound.job.PendingAnswer;
import dev.rowhound.job.Processor;
import dev.rowhound.job.Question;
import dev.rowhound.job.Visit;
import io.vertx.core.json.JsonObject;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;

/** Looks rows up without a browser; of some it must ask a person, and some fail with something to look at. */
final class ScriptedProcessor {
    private final Set<String> asking = ConcurrentHashMap.newKeySet();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    /** What the site does not accept; a row's third such answer fails it. */
    static final String WRONG = "wrong";

    private static final int TRIES = 3;
    private volatile long waitMillis = 60_000;
    private volatile long millis;
    private volatile boolean text = true;
    private volatile boolean held;

    /** How many processors are open. */
    final AtomicInteger open = new AtomicInteger();

    /** How often a row was begun. */
    final AtomicInteger begun = new AtomicInteger();

    /** How often each key was begun. */
    final Map<String, Integer> begins = new ConcurrentHashMap<>();

    /** What a person must have typed is found as the title of these rows. */
    ScriptedProcessor asking(int... rows) {
        for (int row : rows) {
            asking.add(StubProcessor.key(row));
        }
        return this;
    }

    /** A person is only to say "go on". */
    ScriptedProcessor goOn() {
        text = false;
        return this;
    }

    /** These rows fail, and leave a screenshot and a trace. */
    ScriptedProcessor failing(int... rows) {
        for (int row : rows) {
            failing.add(StubProcessor.key(row));
        }
        return this;
    }

    ScriptedProcessor waiting(long questionMillis) {
        waitMillis = questionMillis;
        return this;
    }

    /** No row goes on before {@link #letGo}. */
    ScriptedProcessor hold() {
        held = true;
        return this;
    }

    void letGo() {
        held = false;
    }

    ScriptedProcessor taking(long rowMillis) {
        millis = rowMillis;
        return this;
    }

    /** One for a slot. */
    Processor processor() {
        open.incrementAndGet();
        return new Processor() {
            @Override
            public ItemResult process(ItemInput input, ItemContext context) throws Exception {
                begun.incrementAndGet();
                begins.merge(input.key(), 1, Integer::sum);
                TimeUnit.MILLISECONDS.sleep(millis);
                while (held && context.remainingMillis() > 0) {
                    context.progress("start");
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                if (failing.contains(input.key())) {
                    return fail(input, context);
                }
                return asking.contains(input.key()) ? ask(input, context) : found(input.key());
            }

            @Override
            public void abort() {}

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }

    private static ItemResult found(String title) {
        return ItemResult.found(new JsonObject().put("title", title));
    }

    private ItemResult ask(ItemInput input, ItemContext context) throws InterruptedException {
        String page = "https://site.example/look?key=" + input.key();
        PendingAnswer answer = PendingAnswer.none("");
        for (int left = TRIES; left > 0 && (left == TRIES || answer.text().equals(Optional.of(WRONG))); left--) {
            byte[] picture = picture(input.key());
            answer = context.ask(new Question(
                    "Type the letters of the picture.", text, picture, page, waitMillis, left < TRIES, left));
            while (!answer.over() && answer.text().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
        String reason = answer.over() ? answer.reason() : "no answer was accepted";
        return answer.text()
                .filter(typed -> !typed.equals(WRONG))
                .map(typed -> found(typed.isEmpty() ? "went on" : typed))
                .orElseGet(() -> ItemResult.failed(ErrorCode.UNANSWERED, reason, "outcome"));
    }

    private static ItemResult fail(ItemInput input, ItemContext context) {
        context.evidence(new Evidence(Evidence.SCREENSHOT, "image/png", picture("The page of " + input.key())));
        context.evidence(new Evidence(Evidence.TRACE, "application/zip", "no zip".getBytes(StandardCharsets.UTF_8)));
        Visit visit = new Visit(
                "https://site.example/entry/" + input.key(),
                200,
                "browser",
                List.of("TypeError: entry is undefined"),
                List.of(new Visit.StepTime("start", 120), new Visit.StepTime("extract", 4)));
        return ItemResult.failed(ErrorCode.SELECTOR_MISSING, "There is no title.", "extract.title")
                .with(visit);
    }

    /** A picture with that text on it. */
    static byte[] picture(String words) {
        BufferedImage image = new BufferedImage(480, 200, BufferedImage.TYPE_INT_RGB);
        Graphics2D drawing = image.createGraphics();
        drawing.setColor(new Color(0xdd, 0xe8, 0xf4));
        drawing.fillRect(0, 0, 480, 200);
        drawing.setColor(Color.BLACK);
        drawing.setFont(drawing.getFont().deriveFont(30f));
        drawing.drawString(words, 20, 110);
        drawing.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
