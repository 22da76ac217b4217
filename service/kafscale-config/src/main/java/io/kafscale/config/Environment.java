package io.kafscale.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts environment variables into texts: {@code ${NAME}}, {@code ${NAME:-default}}; a second $ before it leaves it as it is. */
final class Environment {

    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\$\\{|\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\\}|\\$\\{[^}]*\\}?");

    private final Map<String, String> variables;

    Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** A variable's value, or null when there is none or it is empty. */
    @Nullable
    String get(String name) {
        String value = variables.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /**
     * The text with its variables.
     *
     * @throws IllegalArgumentException when there is no such variable and no default; names it
     */
    String fill(String text) {
        Matcher references = REFERENCE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (references.find()) {
            references.appendReplacement(filled, Matcher.quoteReplacement(valueOf(references)));
        }
        return references.appendTail(filled).toString();
    }

    private String valueOf(Matcher reference) {
        if (reference.group().equals("$${")) {
            return "${";
        }
        String name = reference.group(1);
        if (name == null) {
            throw new IllegalArgumentException("has a ${ that is no variable; write ${NAME} or ${NAME:-default}, or $${"
                    + " for the characters themselves");
        }
        String value = get(name);
        if (value != null) {
            return value;
        }
        String standard = reference.group(2);
        if (standard != null) {
            return standard;
        }
        throw new IllegalArgumentException("needs the environment variable " + name
                + ", which is not set; set it, or write ${" + name + ":-default}");
    }
}
