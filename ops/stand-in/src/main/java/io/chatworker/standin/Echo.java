package io.chatworker.standin;

import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the asked name and the present time where a recorded line has its own; the rest stays as it is. */
record Echo(String model) implements UnaryOperator<String> {

    private static final Pattern RECORDED = Pattern.compile("^\\{\"model\":\"[^\"\\\\]*\",\"created_at\":\"[^\"]*\"");

    @Override
    public String apply(String line) {
        var now = "{\"model\":" + Json.write(model) + ",\"created_at\":\"" + Instant.now() + "\"";
        return RECORDED.matcher(line).replaceFirst(Matcher.quoteReplacement(now));
    }
}
