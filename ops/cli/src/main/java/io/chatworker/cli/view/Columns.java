package io.chatworker.cli.view;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells as lines whose columns are aligned, two spaces apart. */
public final class Columns {

    private static final int GAP = 2;

    private Columns() {}

    /**
     * The lines, in the order of the rows.
     *
     * @param width what a line may take; the last cell is cut to it
     */
    public static List<String> of(List<List<String>> rows, int width) {
        int last = rows.getFirst().size() - 1;
        List<List<String>> clean = rows.stream()
                .map(row -> row.stream().map(Columns::onOneLine).toList())
                .toList();
        int[] widths = new int[last];
        for (List<String> row : clean) {
            for (int i = 0; i < last; i++) {
                widths[i] = Math.max(widths[i], Width.of(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : clean) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < last; i++) {
                line.append(row.get(i)).repeat(" ", widths[i] - Width.of(row.get(i)) + GAP);
            }
            lines.add(Width.cut(line.append(row.get(last)).toString(), width).stripTrailing());
        }
        return lines;
    }

    private static String onOneLine(String text) {
        return Width.printable(text.replaceAll("\\s+", " "));
    }
}
