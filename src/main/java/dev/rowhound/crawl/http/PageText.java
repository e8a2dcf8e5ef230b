package dev.rowhound.crawl.http;

import dev.rowhound.recipe.pattern.Budget;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Comment;
import org.jsoup.nodes.DataNode;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/** Reads the text and HTML of elements as {@code read-page.js} does in a browser. */
final class PageText {
    private static final Set<String> HIDDEN = Set.of("script", "style", "template", "noscript");

    private static final Set<String> BLOCKS = words("""
            address article aside blockquote br caption dd details dialog div dl dt fieldset figcaption figure
            footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section summary table
            tbody td tfoot th thead title tr ul
            """);

    /** Elements whose content browsers never show. */
    private static final Set<String> NEVER_VISIBLE =
            Set.of("audio", "canvas", "datalist", "head", "iframe", "noframes", "object", "textarea", "title", "video");

    private static final Set<String> VOID = words("""
            area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr
            """);

    /** Elements whose text is written without escaping. */
    private static final Set<String> RAW =
            Set.of("style", "script", "xmp", "iframe", "noembed", "noframes", "plaintext", "noscript");

    private static final Pattern INVISIBLE_STYLE =
            Pattern.compile("(?i)(?:^|;)\\s*(?:display\\s*:\\s*none|visibility\\s*:\\s*hidden)\\b");

    private PageText() {}

    /** Splits a list of names at white space. */
    static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    /** Returns the text of the DOM regardless of styles, with a space at the boundaries of blocks and lines. */
    static String of(Element root, Budget budget) {
        StringBuilder text = new StringBuilder();
        text.append(gap(root));
        children(root, text, false, budget);
        text.append(gap(root));
        return text.toString();
    }

    /** Returns the visible text, as far as can be determined without style sheets. */
    static String seen(Element root, Budget budget) {
        StringBuilder text = new StringBuilder();
        children(root, text, true, budget);
        return text.toString();
    }

    private static void children(Element parent, StringBuilder text, boolean visibleOnly, Budget budget) {
        for (Node node : parent.childNodes()) {
            int before = text.length();
            if (node instanceof TextNode part) {
                text.append(part.getWholeText());
            } else if (node instanceof DataNode part) {
                text.append(part.getWholeData());
            } else if (node instanceof Element element && isRead(element, visibleOnly)) {
                text.append(gap(element));
                children(element, text, visibleOnly, budget);
                text.append(gap(element));
            }
            budget.spend(1 + (node instanceof Element ? 0 : text.length() - before));
        }
    }

    private static boolean isRead(Element element, boolean visibleOnly) {
        String name = element.normalName();
        if (HIDDEN.contains(name)) {
            return false;
        }
        if (!visibleOnly) {
            return true;
        }
        boolean closed = element.parent() != null
                && element.parent().normalName().equals("details")
                && !element.parent().hasAttr("open")
                && !name.equals("summary");
        boolean dialog = name.equals("dialog") && !element.hasAttr("open");
        return !closed
                && !dialog
                && !NEVER_VISIBLE.contains(name)
                && !element.hasAttr("hidden")
                && !INVISIBLE_STYLE.matcher(element.attr("style")).find();
    }

    private static String gap(Element element) {
        return BLOCKS.contains(element.normalName()) ? " " : "";
    }

    /** Serialises the inner HTML as the HTML standard says. */
    static String html(Element element, Budget budget) {
        StringBuilder html = new StringBuilder();
        write(element, html, budget);
        return html.toString();
    }

    private static void write(Element parent, StringBuilder html, Budget budget) {
        boolean raw = RAW.contains(parent.normalName());
        for (Node node : parent.childNodes()) {
            int before = html.length();
            if (node instanceof TextNode text) {
                html.append(raw ? text.getWholeText() : escape(text.getWholeText(), false));
            } else if (node instanceof DataNode data) {
                html.append(data.getWholeData());
            } else if (node instanceof Comment comment) {
                html.append("<!--").append(comment.getData()).append("-->");
            } else if (node instanceof Element element) {
                writeElement(element, html, budget);
            }
            budget.spend(1 + (node instanceof Element ? 0 : html.length() - before));
        }
    }

    private static void writeElement(Element element, StringBuilder html, Budget budget) {
        int before = html.length();
        String name = element.tagName();
        html.append('<').append(name);
        element.attributes()
                .forEach(attribute -> html.append(' ')
                        .append(attribute.getKey())
                        .append("=\"")
                        .append(escape(attribute.getValue(), true))
                        .append('"'));
        html.append('>');
        budget.spend(html.length() - before);
        if (!VOID.contains(name.toLowerCase(Locale.ROOT))) {
            write(element, html, budget);
            html.append("</").append(name).append('>');
        }
    }

    private static String escape(String text, boolean inAttribute) {
        String escaped = text.replace("&", "&amp;")
                .replace("\u00a0", "&nbsp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
        return inAttribute ? escaped.replace("\"", "&quot;") : escaped;
    }
}
