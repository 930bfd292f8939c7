package io.chatworker.cli.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.GetResponse;
import io.chatworker.cli.view.Json;
import io.chatworker.cli.view.Width;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** A letter whole: what is known of it, its properties and headers, and the request. */
public final class LetterText {

    private LetterText() {}

    /** For people. */
    public static String of(Letter letter, GetResponse message) {
        StringBuilder text = new StringBuilder();
        letter.json()
                .properties()
                .forEach(fact -> line(text, fact.getKey(), fact.getValue().asString("-")));
        AMQP.BasicProperties properties = message.getProps();
        line(text, "message_id", properties.getMessageId());
        line(text, "correlation_id", properties.getCorrelationId());
        line(text, "reply_to", properties.getReplyTo());
        line(
                text,
                "timestamp",
                properties.getTimestamp() == null
                        ? null
                        : properties.getTimestamp().toInstant());
        new TreeMap<>(Letter.headers(message)).forEach((name, value) -> line(text, name, value));
        ObjectNode body = Letter.body(message);
        String request = body == null ? new String(message.getBody(), UTF_8) : Json.indented(body);
        return text.append('\n').append(Width.printable(request)).toString();
    }

    /** Its facts, the headers below {@code headers}, and the request below {@code request}, as text where it is no JSON. */
    public static ObjectNode json(Letter letter, GetResponse message) {
        ObjectNode json = letter.json();
        ObjectNode headers = json.putObject("headers");
        new TreeMap<>(Letter.headers(message)).forEach((name, value) -> headers.put(name, String.valueOf(value)));
        ObjectNode body = Letter.body(message);
        return body == null ? json.put("request", new String(message.getBody(), UTF_8)) : json.set("request", body);
    }

    private static void line(StringBuilder text, String name, @org.jspecify.annotations.Nullable Object value) {
        if (value != null && !value.toString().isEmpty()) {
            text.append(Width.printable(String.format("%-22s %s", name, value))).append('\n');
        }
    }
}
