package dev.rowhound.recipe.css;

import org.jspecify.annotations.Nullable;

/** Tokeniser for the characters of a selector. */
final class CssText {
    private static final char NONE = '\0';

    private final String text;
    private int at;

    CssText(String text) {
        this.text = text;
    }

    int at() {
        return at;
    }

    boolean end() {
        return at >= text.length();
    }

    /** Returns the next character, or {@code '\0'} at the end. */
    char peek() {
        return peek(0);
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : NONE;
    }

    void next() {
        at++;
    }

    boolean take(char wanted) {
        if (end() || peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /** Skips whitespace and comments and returns whether there were any. */
    boolean skipSpace() {
        int before = at;
        while (!end()) {
            if (" \t\r\n\f".indexOf(peek()) >= 0) {
                at++;
            } else if (text.startsWith("/*", at) && text.indexOf("*/", at + 2) > 0) {
                at = text.indexOf("*/", at + 2) + 2;
            } else {
                break;
            }
        }
        return at > before;
    }

    CssException fault(String message) {
        return new CssException(at, message);
    }

    /** Returns whether an identifier begins here. */
    boolean atName() {
        int first = peek() == '-' ? 1 : 0;
        return isNameStart(peek(first)) || peek(first) == '\\' || (first == 1 && peek(1) == '-');
    }

    private static boolean isNameStart(char c) {
        return c == '_' || c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || c == '-' || (c >= '0' && c <= '9');
    }

    /** Reads an identifier and resolves its escapes. */
    String name() throws CssException {
        if (!atName()) {
            throw fault(end() ? "ends where a name is missing" : "lacks a name");
        }
        return hashName();
    }

    /** Reads the name after a {@code #}, which may begin with a digit, unlike an identifier. */
    String hashName() throws CssException {
        StringBuilder name = new StringBuilder();
        while (!end() && (isNamePart(peek()) || peek() == '\\')) {
            if (peek() == '\\') {
                escape(name);
            } else {
                name.append(peek());
                at++;
            }
        }
        if (name.isEmpty()) {
            throw fault(end() ? "ends where a name is missing" : "lacks a name");
        }
        return name.toString();
    }

    private void escape(StringBuilder into) throws CssException {
        at++;
        if (end() || peek() == '\n') {
            throw fault("has a \\ with nothing after it");
        }
        int begin = at;
        int code = 0;
        while (at - begin < 6 && Character.digit(peek(), 16) >= 0) {
            code = code * 16 + Character.digit(peek(), 16);
            at++;
        }
        if (at == begin) {
            into.append(peek());
            at++;
            return;
        }
        into.appendCodePoint(code == 0 || !Character.isValidCodePoint(code) ? 0xfffd : code);
        if (!end() && " \t\n".indexOf(peek()) >= 0) {
            at++;
        }
    }

    boolean atQuote() {
        return peek() == '"' || peek() == '\'';
    }

    /** Reads a quoted string. */
    String string() throws CssException {
        int opened = at;
        char quote = peek();
        at++;
        StringBuilder string = new StringBuilder();
        while (!end() && peek() != quote) {
            if (peek() == '\\' && peek(1) == '\n') {
                at += 2;
            } else if (peek() == '\\') {
                escape(string);
            } else {
                string.append(peek());
                at++;
            }
        }
        if (!take(quote)) {
            throw new CssException(opened, "has a " + quote + " that is not closed");
        }
        return string.toString();
    }

    /** Reads an attribute operator; returns null if there is none. */
    @Nullable
    String operator() {
        if (take('=')) {
            return "=";
        }
        if ("~|^$*".indexOf(peek()) >= 0 && !end() && peek(1) == '=') {
            at += 2;
            return text.substring(at - 2, at);
        }
        return null;
    }

    /** Reads the content of the parentheses that open here. */
    String argument() throws CssException {
        int opened = at;
        int open = 0;
        while (!end()) {
            char c = peek();
            if (atQuote()) {
                string();
                continue;
            }
            if (c == '\\') {
                at++;
            } else if (c == '(') {
                open++;
            } else if (c == ')' && --open == 0) {
                at++;
                return text.substring(opened + 1, at - 1).strip();
            }
            at++;
        }
        throw new CssException(opened, "has a ( that is not closed");
    }
}
