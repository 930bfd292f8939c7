package io.chatworker.worker.ollama;

import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON into a tree whose numbers are written as they were received: {@code 1e2} stays {@code 1e2}, and {@code -0} stays
 * {@code -0}. Tools tell equal calls by the text of their arguments.
 */
final class NumbersAsReceived {

    private NumbersAsReceived() {}

    /** The value that the parser stands at; its depth is the parser's to bound. */
    static JsonNode read(JsonParser parser, ObjectReader json) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, json);
            case START_ARRAY -> array(parser, json);
            case VALUE_NUMBER_FLOAT -> number(parser.getString());
            case VALUE_NUMBER_INT -> parser.getString().equals("-0") ? number("-0") : json.readTree(parser);
            default -> json.readTree(parser);
        };
    }

    private static ObjectNode object(JsonParser parser, ObjectReader json) {
        ObjectNode object = json.createObjectNode();
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            parser.nextToken();
            object.set(key, read(parser, json));
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser, ObjectReader json) {
        ArrayNode array = json.createArrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(read(parser, json));
        }
        return array;
    }

    private static JsonNode number(String text) {
        BigDecimal number = new BigDecimal(text);
        return DecimalNode.valueOf(number.toString().equals(text) ? number : new Received(text));
    }

    /** Equal to any other of its value and scale. */
    private static final class Received extends BigDecimal {

        private static final long serialVersionUID = 1;
        private final String text;

        Received(String text) {
            super(text);
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
