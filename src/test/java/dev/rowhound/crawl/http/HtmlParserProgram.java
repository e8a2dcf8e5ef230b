package dev.rowhound.crawl.http;

import dev.rowhound.recipe.pattern.Budget;

/** Parses pages that are as large in memory as ten megabytes can be; each must be given up before the heap is full. */
final class HtmlParserProgram {
    private static final int BYTES = 10 << 20;

    private HtmlParserProgram() {}

    public static void main(String[] args) {
        StringBuilder attributes = new StringBuilder("<b");
        for (int i = 0; i < 500; i++) {
            attributes.append(' ').append(Integer.toString(i, 36));
        }
        String[] parts = {"<b>", "<b></b>", "<!---->", "x<!---->", "<b a>", attributes + ">", "<p><b><i><u><s>", "<td>"
        };
        for (String part : parts) {
            String page = part.repeat(BYTES / part.length());
            try {
                HtmlParser.parse(page, "http://site.example/", Budget.until(() -> false));
                System.out.println("taken: " + part);
            } catch (TooLargeException e) {
                System.out.println("too large: " + e.getMessage());
            }
        }
    }
}
