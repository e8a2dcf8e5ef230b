package dev.rowhound.crawl.http;

import dev.rowhound.recipe.pattern.Budget;
import java.io.Reader;
import java.util.Iterator;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jsoup.parser.StreamParser;
import org.jsoup.select.NodeTraversor;

/**
 * Parses HTML into a tree of limited size, since a tree takes up to eighty times the bytes of its page. Everything that
 * grows is counted during parsing, so that an oversized page is rejected before it fills the memory.
 */
final class HtmlParser {
    /** Ten times the largest specification on the web. */
    private static final int MAX_ELEMENTS = 200_000;

    private static final int MAX_ATTRIBUTES = 500_000;

    /** Two per element; comments and text nodes need some too. */
    private static final int MAX_TAGS = 2 * MAX_ELEMENTS;

    /** Twice the parser's limit of open elements, since misnested tags go deeper. The tree walks recurse this deep. */
    private static final int MAX_DEPTH = 1_024;

    private HtmlParser() {}

    /**
     * @throws TooLargeException if the page has too many elements, attributes or tags, or is nested too deeply
     * @throws dev.rowhound.recipe.pattern.BudgetExceededException if parsing exceeds the budget
     */
    static Document parse(String html, String url, Budget budget) {
        try (StreamParser parser = new StreamParser(Parser.htmlParser()).parse(new CountingReader(html, budget), url)) {
            Iterator<Element> elements = parser.iterator();
            int count = 0;
            int attributes = 0;
            while (elements.hasNext()) {
                attributes += elements.next().attributesSize();
                if (++count > MAX_ELEMENTS) {
                    throw new TooLargeException("it has more than " + MAX_ELEMENTS + " elements");
                }
                if (attributes > MAX_ATTRIBUTES) {
                    throw new TooLargeException("its elements have more than " + MAX_ATTRIBUTES + " attributes");
                }
                budget.spend(1);
            }
            Document document = parser.document();
            NodeTraversor.traverse(
                    (node, depth) -> {
                        budget.spend(1);
                        if (depth > MAX_DEPTH) {
                            throw new TooLargeException("it is nested deeper than " + MAX_DEPTH + " elements");
                        }
                    },
                    document);
            return document;
        }
    }

    /** Counts possible tags and comments, and charges each character to the budget. */
    private static final class CountingReader extends Reader {
        private final String text;
        private final Budget budget;
        private int at;
        private int tags;

        CountingReader(String text, Budget budget) {
            this.text = text;
            this.budget = budget;
        }

        @Override
        public int read(char[] to, int offset, int length) {
            if (at == text.length()) {
                return -1;
            }
            int count = Math.min(length, text.length() - at);
            budget.spend(count);
            for (int i = at; i < at + count; i++) {
                if (text.charAt(i) == '<' && ++tags > MAX_TAGS) {
                    throw new TooLargeException("it has more than " + MAX_TAGS + " tags");
                }
            }
            text.getChars(at, at + count, to, offset);
            at += count;
            return count;
        }

        @Override
        public void close() {
            // Nothing to close.
        }
    }
}
