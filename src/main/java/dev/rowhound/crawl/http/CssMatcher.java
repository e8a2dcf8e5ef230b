package dev.rowhound.crawl.http;

import dev.rowhound.recipe.css.Css;
import dev.rowhound.recipe.css.Css.Combinator;
import dev.rowhound.recipe.css.Css.Complex;
import dev.rowhound.recipe.css.Css.NthKind;
import dev.rowhound.recipe.css.Css.Part;
import dev.rowhound.recipe.pattern.Budget;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jsoup.nodes.Document.QuirksMode;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jspecify.annotations.Nullable;

/**
 * Selects the same elements as a browser, in time linear in the number of siblings or limited by the budget. jsoup's
 * own matcher is neither (docs/adr/0012).
 */
final class CssMatcher {
    /** HTML attributes whose values selectors match case-insensitively by default. */
    private static final Set<String> CASE_INSENSITIVE = PageText.words("""
            accept accept-charset align alink axis bgcolor charset checked clear codetype color compact declare
            defer dir direction disabled enctype face frame hreflang http-equiv lang language link media method
            multiple nohref noresize noshade nowrap readonly rel rev rules scope scrolling selected shape target
            text type valign valuetype vlink
            """);

    private final boolean quirks;
    private final Budget budget;

    /** Cached 1-based positions of elements among their siblings, by the kind of counting. */
    private final Map<NthKind, Map<Element, Integer>> places = new EnumMap<>(NthKind.class);

    /**
     * Cached results for the combinator {@code ~} without a scope: whether an earlier sibling matches the parts up to
     * an index.
     */
    private final Map<Prefix, Map<Element, Boolean>> earlierSibling = new HashMap<>();

    private record Prefix(List<Part> parts, int index) {}

    /**
     * Creates a matcher for one document, which must not change.
     *
     * @param budget limits the cost of matching
     */
    CssMatcher(QuirksMode mode, Budget budget) {
        quirks = mode == QuirksMode.quirks;
        this.budget = budget;
    }

    /** Returns the matching descendants in document order. */
    List<Element> select(Css css, Element root) {
        List<Element> found = new ArrayList<>();
        walk(root, element -> {
            if (matches(css, element)) {
                found.add(element);
            }
            return true;
        });
        return found;
    }

    /** Returns whether a descendant matches. */
    boolean any(Css css, Element root) {
        return !walk(root, element -> !matches(css, element));
    }

    /**
     * Visits all descendants except those in templates, which are not part of the page, until the visitor returns
     * false.
     */
    private static boolean walk(Element root, Predicate<Element> visitor) {
        for (Element child : children(root)) {
            if (!visitor.test(child) || !walk(child, visitor)) {
                return false;
            }
        }
        return true;
    }

    private static List<Element> children(Element element) {
        return element.normalName().equals("template") ? List.of() : element.children();
    }

    private boolean matches(Css css, Element element) {
        return css.alternatives().stream().anyMatch(complex -> matches(complex, element));
    }

    private boolean matches(Complex complex, Element element) {
        return matches(complex.parts(), complex.parts().size() - 1, element, null);
    }

    /** Returns whether the element matches the parts up to {@code index}, relative to the scope if there is one. */
    private boolean matches(List<Part> parts, int index, Element element, @Nullable Element scope) {
        budget.spend(1);
        Part part = parts.get(index);
        if (!part.tests().stream().allMatch(test -> holds(test, element))) {
            return false;
        }
        if (index == 0 && scope == null) {
            return true;
        }
        switch (part.combinator()) {
            case CHILD -> {
                Element parent = parent(element);
                return parent != null && before(parts, index, parent, scope);
            }
            case DESCENDANT -> {
                for (Element above = parent(element); above != null; above = parent(above)) {
                    if (before(parts, index, above, scope)) {
                        return true;
                    }
                }
                return false;
            }
            case NEXT -> {
                Element previous = element.previousElementSibling();
                return previous != null && before(parts, index, previous, scope);
            }
            default -> {
                return scope == null
                        ? earlierSibling(parts, index, element)
                        : earlierSibling(parts, index, element, scope);
            }
        }
    }

    private boolean earlierSibling(List<Part> parts, int index, Element element, Element scope) {
        for (Element previous = element.previousElementSibling();
                previous != null;
                previous = previous.previousElementSibling()) {
            budget.spend(1);
            if (before(parts, index, previous, scope)) {
                return true;
            }
        }
        return false;
    }

    /** Caches the result for each sibling on the way, so that all siblings together cost one walk. */
    private boolean earlierSibling(List<Part> parts, int index, Element element) {
        Map<Element, Boolean> known =
                earlierSibling.computeIfAbsent(new Prefix(parts, index), prefix -> new IdentityHashMap<>());
        List<Element> passed = new ArrayList<>();
        Boolean answer = null;
        for (Element at = element; answer == null; ) {
            budget.spend(1);
            answer = known.get(at);
            if (answer == null) {
                passed.add(at);
                Element previous = at.previousElementSibling();
                if (previous == null) {
                    answer = false;
                } else if (before(parts, index, previous, null)) {
                    answer = true;
                } else {
                    at = previous;
                }
            }
        }
        for (Element one : passed) {
            known.put(one, answer);
        }
        return answer;
    }

    /**
     * Returns whether the element matches the part before {@code index}; before the first part stands the scope itself.
     */
    private boolean before(List<Part> parts, int index, Element left, @Nullable Element scope) {
        return index == 0 ? left == scope : matches(parts, index - 1, left, scope);
    }

    private static @Nullable Element parent(Element element) {
        Element parent = element.parent();
        return parent == null || parent.normalName().equals("#root") ? null : parent;
    }

    private boolean holds(Css.Test test, Element element) {
        if (test instanceof Css.Name name) {
            return element.normalName().equals(name.name());
        }
        if (test instanceof Css.Id id) {
            return same(element.attr("id"), id.id(), quirks) && element.hasAttr("id");
        }
        if (test instanceof Css.ClassName name) {
            return hasWord(element.attr("class"), name.name(), quirks);
        }
        if (test instanceof Css.Attribute attribute) {
            return holds(attribute, element);
        }
        if (test instanceof Css.Nth nth) {
            return holds(nth, element);
        }
        if (test instanceof Css.Is is) {
            return matches(is.of(), element);
        }
        if (test instanceof Css.Not not) {
            return !matches(not.of(), element);
        }
        if (test instanceof Css.Has has) {
            return has.of().alternatives().stream().anyMatch(complex -> has(complex, element));
        }
        if (test instanceof Css.Root) {
            return parent(element) == null;
        }
        if (test instanceof Css.Empty) {
            return element.childNodes().stream().noneMatch(CssMatcher::fills);
        }
        if (test instanceof Css.Any) {
            return true;
        }
        throw new IllegalArgumentException("only a browser knows " + test);
    }

    private static boolean fills(Node node) {
        return node instanceof Element
                || (node instanceof TextNode text && !text.getWholeText().isEmpty());
    }

    private boolean has(Complex complex, Element scope) {
        List<Part> parts = complex.parts();
        Combinator first = parts.get(0).combinator();
        boolean siblings = first == Combinator.NEXT || first == Combinator.LATER;
        Element root = siblings ? parent(scope) : scope;
        return root != null && !walk(root, element -> !matches(parts, parts.size() - 1, element, scope));
    }

    private boolean holds(Css.Nth nth, Element element) {
        int rest = place(nth.among(), element) - nth.offset();
        return nth.step() == 0 ? rest == 0 : rest % nth.step() == 0 && rest / nth.step() >= 0;
    }

    /** Returns the position of an element; the first call counts all its siblings. */
    private int place(NthKind among, Element element) {
        Map<Element, Integer> known = places.computeIfAbsent(among, one -> new IdentityHashMap<>());
        Integer place = known.get(element);
        if (place != null) {
            return place;
        }
        Map<String, Integer> counts = new HashMap<>();
        int found = 1;
        for (Element sibling = among.fromTheEnd() ? element.lastElementSibling() : element.firstElementSibling();
                sibling != null;
                sibling = among.fromTheEnd() ? sibling.previousElementSibling() : sibling.nextElementSibling()) {
            budget.spend(1);
            int count = counts.merge(among.sameName() ? sibling.normalName() : "", 1, Integer::sum);
            known.put(sibling, count);
            if (sibling == element) {
                found = count;
            }
        }
        return found;
    }

    private static boolean holds(Css.Attribute wanted, Element element) {
        if (!element.hasAttr(wanted.name())) {
            return false;
        }
        String operator = wanted.operator();
        if (operator == null) {
            return true;
        }
        boolean fold = wanted.ignoreCase() || CASE_INSENSITIVE.contains(wanted.name());
        String value = fold ? lower(element.attr(wanted.name())) : element.attr(wanted.name());
        String expected = fold ? lower(wanted.value()) : wanted.value();
        return switch (operator) {
            case "=" -> value.equals(expected);
            case "~=" -> hasWord(value, expected, false);
            case "|=" -> value.equals(expected) || value.startsWith(expected + "-");
            case "^=" -> !expected.isEmpty() && value.startsWith(expected);
            case "$=" -> !expected.isEmpty() && value.endsWith(expected);
            default -> !expected.isEmpty() && value.contains(expected);
        };
    }

    private static boolean hasWord(String list, String word, boolean ignoreCase) {
        if (word.isEmpty()) {
            return false;
        }
        for (String each : list.split("[ \\t\\r\\n\\f]+")) {
            if (same(each, word, ignoreCase)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(String one, String other, boolean ignoreCase) {
        return ignoreCase ? lower(one).equals(lower(other)) : one.equals(other);
    }

    /** Lowercases ASCII only, as HTML does. */
    private static String lower(String text) {
        return text.chars().allMatch(c -> c < 0x80)
                ? text.toLowerCase(Locale.ROOT)
                : text.chars()
                        .map(c -> c >= 'A' && c <= 'Z' ? c + 32 : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }
}
