package io.chatworker.cli;

import io.chatworker.contracts.Completed;
import io.chatworker.contracts.Timings;
import java.util.Locale;

/** An answer in one line: model, tokens, tokens a second, time to the first one. */
final class SummaryLine {

    private SummaryLine() {}

    static String of(Completed completed) {
        Timings timings = completed.timings();
        StringBuilder line = new StringBuilder(completed.model())
                .append(" · ")
                .append(completed.usage().evalCount())
                .append(" tokens");
        if (timings.tokensPerSecond() != null) {
            line.append(String.format(Locale.ROOT, " · %.1f tokens/s", timings.tokensPerSecond()));
        }
        line.append(" · first token after ").append(seconds(timings.timeToFirstTokenMs()));
        if ("length".equals(completed.doneReason())) {
            line.append(" · cut off: it reached num_predict or the context's end");
        }
        if (completed.historyDropped() != null && completed.historyDropped() > 0) {
            line.append(" · ").append(completed.historyDropped()).append(" old turns left out");
        }
        return line.toString();
    }

    private static String seconds(long millis) {
        return millis < 1_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
}
