package io.chatworker.examples;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of commands as a person follows it: what its comment says to run "until Ctrl-C" goes to a terminal of its own,
 * and Ctrl-C ends it when the rest is done and it has said what it is to say.
 */
final class PageScript {

    private static final Pattern UNTIL = Pattern.compile("(?m)^(.+?)\\s+#.*\\buntil Ctrl-C\\b.*$");

    private static final String BEGIN = """
        set -em
        folder=$(mktemp -d)
        trap 'rm -rf "$folder"' EXIT
        exec </dev/null
        said() { until grep -qF -- "$1" "$folder/said"; do kill -0 "$apart" || { cat "$folder/said"; exit 1; }; sleep 0.1; done; }
        """;

    private PageScript() {}

    /** The script; {@code sign} is in the output of what runs until Ctrl-C, once it works. */
    static String of(String block, String sign) {
        Matcher until = UNTIL.matcher(block);
        if (!until.find()) {
            return "set -e; exec </dev/null\n" + block;
        }
        String apart = "{ " + until.group(1) + "\n} >\"$folder/said\" 2>&1 & apart=$!\nsaid '" + sign + "'\n";
        return BEGIN + new StringBuilder(block).replace(until.start(), until.end(), apart) + """
            kill -INT -- "-$apart"
            status=0
            wait "$apart" || status=$?
            cat "$folder/said"
            [ "$status" = 130 ] || { echo "after Ctrl-C it ended with $status"; exit 1; }
            """;
    }
}
