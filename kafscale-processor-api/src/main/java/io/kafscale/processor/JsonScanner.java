package io.kafscale.processor;

/**
 * Goes over a JSON text token by token, strictly by RFC 8259, for who knows what must come next. Nothing is allocated beyond
 * the text's own size. Not thread safe.
 */
final class JsonScanner {

    private static final int HEX = 16;
    private static final int UNICODE_ESCAPE_LENGTH = 4;

    private final String text;
    private int position;

    JsonScanner(String text) {
        this.text = text;
    }

    /** Takes this character, which must come next but for white space. */
    void take(char expected) {
        if (!takeIf(expected)) {
            throw wrong("expected '" + expected + "'");
        }
    }

    /** Takes this character if it comes next but for white space. */
    boolean takeIf(char wanted) {
        skipWhitespace();
        if (position < text.length() && text.charAt(position) == wanted) {
            position++;
            return true;
        }
        return false;
    }

    /** Takes {@code null} if it comes next. */
    boolean takeNull() {
        skipWhitespace();
        if (text.startsWith("null", position)) {
            position += "null".length();
            return true;
        }
        return false;
    }

    /** Takes a string. */
    String takeText() {
        take('"');
        StringBuilder taken = new StringBuilder();
        while (true) {
            char c = next("the string does not end");
            if (c == '"') {
                return taken.toString();
            } else if (c < ' ') {
                position--;
                throw wrong("a control character stands in a string");
            }
            taken.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = next("the string does not end");
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("'\\" + c + "' is no escape");
        };
    }

    private char unicode() {
        int value = 0;
        for (int i = 0; i < UNICODE_ESCAPE_LENGTH; i++) {
            char c = next("the string does not end");
            // Digits of other scripts are digits to Character, not to JSON.
            int digit = c < 0x80 ? Character.digit(c, HEX) : -1;
            if (digit < 0) {
                throw wrong("'" + c + "' is no hexadecimal digit");
            }
            value = value * HEX + digit;
        }
        return (char) value;
    }

    /** Takes a whole number. */
    long takeNumber() {
        skipWhitespace();
        int start = position;
        if (position < text.length() && text.charAt(position) == '-') {
            position++;
        }
        int digits = position;
        while (position < text.length() && text.charAt(position) >= '0' && text.charAt(position) <= '9') {
            position++;
        }
        if (position == digits || (text.charAt(digits) == '0' && position > digits + 1)) {
            position = start;
            throw wrong("expected a whole number");
        }
        try {
            return Long.parseLong(text.substring(start, position));
        } catch (NumberFormatException e) {
            position = start;
            throw wrong("the number is out of range");
        }
    }

    /** Nothing may follow but white space. */
    void takeEnd() {
        skipWhitespace();
        if (position < text.length()) {
            throw wrong("something follows the object");
        }
    }

    private char next(String problem) {
        if (position == text.length()) {
            throw wrong(problem);
        }
        return text.charAt(position++);
    }

    private void skipWhitespace() {
        while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }

    /** Says what is wrong, and where. */
    IllegalArgumentException wrong(String problem) {
        return new IllegalArgumentException("at character " + (position + 1) + " " + problem);
    }
}
