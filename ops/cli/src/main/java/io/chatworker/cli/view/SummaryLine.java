package io.chatworker.cli.view;

import io.chatworker.contracts.Completed;
import io.chatworker.contracts.Timings;
import java.util.Locale;

/** An answer on one line: model, tokens, tokens per second, time to the first token. */
final class SummaryLine {

    private SummaryLine() {}

    static String of(Completed completed) {
        Timings timings = completed.timings();
        StringBuilder line = new StringBuilder(completed.model());
        if (completed.usage().evalCount() > 0) {
            line.append(" · ").append(completed.usage().evalCount()).append(" tokens");
        }
        if (timings.tokensPerSecond() != null) {
            line.append(String.format(Locale.ROOT, " · %.1f tokens/s", timings.tokensPerSecond()));
        }
        line.append(" · first token after ").append(seconds(timings.timeToFirstTokenMs()));
        if ("length".equals(completed.doneReason())) {
            line.append(" · cut off at num_predict or at the end of the context");
        }
        if (completed.historyDropped() != null && completed.historyDropped() > 0) {
            line.append(" · ").append(completed.historyDropped()).append(" old turns dropped");
        }
        if (completed.historySummarized() != null && completed.historySummarized() > 0) {
            line.append(" · ").append(completed.historySummarized()).append(" old turns summarized");
        }
        return line.toString();
    }

    private static String seconds(long millis) {
        return millis < 1_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
}
