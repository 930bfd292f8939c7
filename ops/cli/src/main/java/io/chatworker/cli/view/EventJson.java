package io.chatworker.cli.view;

import io.chatworker.client.ReceivedEvent;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** An event as a line of JSON for programs. */
public final class EventJson {

    private EventJson() {}

    /** The body, with the type in front, which the body does not contain. */
    public static String line(ReceivedEvent event) {
        ObjectNode line = Json.object().put("type", event.type());
        try {
            if (Json.tree(event.body()) instanceof ObjectNode fields) {
                line.setAll(fields);
            }
        } catch (JacksonException e) {
            line.put("unreadable_bytes", event.body().length);
        }
        return Json.line(line);
    }
}
