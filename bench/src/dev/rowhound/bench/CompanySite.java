package dev.rowhound.bench;

import io.vertx.core.buffer.Buffer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Generates a reproducible site of company pages. Each has 15 KB, a style sheet, two images and five fields, two of
 * which a script fills after the document has loaded.
 */
final class CompanySite {
    /** The number of fields in the HTML; a script fills the others. */
    static final int STATIC_FIELDS = 3;

    private static final int PAGE_BYTES = 15_000;
    private static final int TAIL_BYTES = 600;
    private static final int STYLE_BYTES = 8_000;
    private static final int PHOTOS = 40;
    private static final int RULES = 60;
    private static final int LINKS = 8;
    private static final long STRIDE = 7_919;

    private static final String[] WORDS = ("công ty trách nhiệm hữu hạn xây dựng thương mại dịch vụ vận tải du lịch"
                    + " may mặc thủy sản nội thất dược phẩm cơ khí minh hoàng đại phú hải việt nam đông hồng bảo kim")
            .split(" ");

    private final Random random = new Random(2_000);
    private final Map<String, Buffer> files = new HashMap<>();
    private final List<List<String>> fields = new ArrayList<>();

    CompanySite(int pages) {
        try {
            files.put("/logo.png", Buffer.buffer(image(120, 40)));
            for (int i = 0; i < PHOTOS; i++) {
                files.put("/photos/" + i + ".png", Buffer.buffer(image(120, 80)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.put("/site.css", Buffer.buffer(style()));
        for (int i = 0; i < pages; i++) {
            List<String> values = List.of(
                    "CTY " + words(5),
                    String.valueOf(100_000_000 + i * STRIDE),
                    words(9),
                    "0" + (200_000_000 + random.nextInt(700_000_000)),
                    words(3));
            fields.add(values);
            files.put("/companies/" + i + ".html", Buffer.buffer(page(i, pages, values)));
        }
    }

    /** The files by path. */
    Map<String, Buffer> files() {
        return files;
    }

    /** The fields of a page: name, tax code, address, and from the script telephone and representative. */
    List<String> fields(int page) {
        return fields.get(page);
    }

    private String page(int number, int pages, List<String> values) {
        StringBuilder html = new StringBuilder("<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>")
                .append(values.get(0))
                .append("</title><link rel=\"stylesheet\" href=\"/site.css\"></head><body><header>")
                .append("<img src=\"/logo.png\" width=\"120\" height=\"40\" alt=\"\"><nav>");
        for (int i = 0; i < LINKS; i++) {
            html.append(
                    "<a class=\"k%d\" href=\"/companies/%d.html\">%s</a>".formatted(i, (number + i) % pages, words(2)));
        }
        html.append("</nav></header><main class=\"card\"><h1 id=\"name\">")
                .append(values.get(0))
                .append("</h1><img src=\"/photos/%d.png\" width=\"120\" height=\"80\" alt=\"\"><table>"
                        .formatted(number % PHOTOS))
                .append("<tr><th>Mã số thuế</th><td id=\"code\">%s</td></tr>".formatted(values.get(1)))
                .append("<tr><th>Địa chỉ</th><td id=\"address\">%s</td></tr>".formatted(values.get(2)))
                .append("<tr><th>Điện thoại</th><td id=\"phone\"></td></tr>")
                .append("<tr><th>Đại diện</th><td id=\"rep\"></td></tr></table><table>");
        for (int row = 1; bytes(html).length < PAGE_BYTES - TAIL_BYTES; row++) {
            html.append("<tr><td class=\"k%d\">%d</td><td>%s</td><td>%d</td></tr>"
                    .formatted(row % RULES, row, words(6), random.nextInt(1_000_000)));
        }
        return html.append("</table></main><script>document.addEventListener('DOMContentLoaded', function () {")
                .append("var text = function (code) { return new TextDecoder().decode(Uint8Array.from(atob(code),")
                .append(" function (c) { return c.charCodeAt(0); })); };")
                .append("document.getElementById('phone').textContent = text('%s');".formatted(coded(values.get(3))))
                .append("document.getElementById('rep').textContent = text('%s'); });".formatted(coded(values.get(4))))
                .append("</script></body></html>")
                .toString();
    }

    private static byte[] bytes(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Encodes a field, so that its plain value is not in the HTML. */
    private static String coded(String text) {
        return Base64.getEncoder().encodeToString(bytes(text));
    }

    private String words(int count) {
        StringBuilder words = new StringBuilder(WORDS[random.nextInt(WORDS.length)]);
        for (int i = 1; i < count; i++) {
            words.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
        }
        return words.toString();
    }

    private String style() {
        StringBuilder css = new StringBuilder("body{font:14px sans-serif;margin:0}"
                + "table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:4px}"
                + ".card{border-radius:4px;box-shadow:0 1px 3px rgba(0,0,0,.3)}\n");
        for (int i = 0; css.length() < STYLE_BYTES; i++) {
            css.append(".k%d{color:#%03x;padding:%dpx;display:flex;gap:%dpx}.k%d:hover{background:#eee}\n"
                    .formatted(i, i * STRIDE % 4096, i % 7, i % 5, i));
        }
        return css.toString();
    }

    /** Generates a noisy image, which compresses as badly as a photograph. */
    private byte[] image(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (x & 0xff) << 16 | (y & 0xff) << 8 | random.nextInt(64));
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }
}
