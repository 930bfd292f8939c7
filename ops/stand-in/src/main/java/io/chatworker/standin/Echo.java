package io.chatworker.standin;

import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces model name and time in a recorded line by those of the request and of now. */
record Echo(String model) implements UnaryOperator<String> {

    private static final Pattern RECORDED = Pattern.compile("^\\{\"model\":\"[^\"\\\\]*\",\"created_at\":\"[^\"]*\"");

    @Override
    public String apply(String line) {
        var now = "{\"model\":" + Json.write(model) + ",\"created_at\":\"" + Instant.now() + "\"";
        return RECORDED.matcher(line).replaceFirst(Matcher.quoteReplacement(now));
    }
}
