package io.kafscale.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows under titles, in columns as wide as their longest cell; what looks like a number stands right. */
final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] right;
    private final int[] widths;

    /** Begins with the titles; a title that begins with {@code >} is that of a column of numbers. */
    Table(String... titles) {
        this.right = new boolean[titles.length];
        this.widths = new int[titles.length];
        String[] shown = new String[titles.length];
        for (int i = 0; i < titles.length; i++) {
            right[i] = titles[i].startsWith(">");
            shown[i] = right[i] ? titles[i].substring(1) : titles[i];
        }
        row(shown);
    }

    void row(String... cells) {
        for (int i = 0; i < cells.length; i++) {
            widths[i] = Math.max(widths[i], cells[i].length());
        }
        rows.add(List.of(cells));
    }

    /** All lines, each with its end. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : GAP).append(right[i] ? padding + row.get(i) : row.get(i) + padding);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
