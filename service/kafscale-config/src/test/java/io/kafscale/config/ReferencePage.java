package io.kafscale.config;

import java.util.List;

/** The tables of the reference page, as the keys have them. */
final class ReferencePage {

    private ReferencePage() {}

    /** The page with its tables made anew; what stands around them stays. */
    static String update(String page) {
        String updated = replace(page, "keys", table(FileKeys.ALL));
        updated = replace(updated, "mappings", table(MappingKeys.ALL));
        updated = replace(updated, "errors", table(ErrorKeys.ALL));
        for (SinkFactory factory : SinkTypes.BUILT_IN) {
            if (!factory.options().isEmpty()) {
                updated = replace(updated, "sink " + factory.type(), table(factory.options()));
            }
        }
        return updated;
    }

    private static String replace(String page, String name, String table) {
        String begin = "<!-- " + name + ": generated, see CONTRIBUTING -->\n";
        int from = page.indexOf(begin);
        int until = page.indexOf("<!-- end of " + name + " -->");
        if (from < 0 || until < from) {
            throw new AssertionError("the page has no place for the table of " + name + ": " + begin);
        }
        return page.substring(0, from + begin.length()) + "\n" + table + "\n" + page.substring(until);
    }

    private static String table(List<? extends Option<?>> options) {
        StringBuilder table = new StringBuilder("| key | unless said | |\n|---|---|---|\n");
        for (Option<?> option : options) {
            String standard = option.isRequired() ? "must be said" : option.standardShown();
            table.append("| `")
                    .append(option.name())
                    .append("` | ")
                    .append(standard)
                    .append(" | ")
                    .append(option.meaning())
                    .append(choices(option))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String choices(Option<?> option) {
        String expected = option.kind().expected();
        return expected.startsWith("one of ") ? " O" + expected.substring(1) + "." : "";
    }
}
