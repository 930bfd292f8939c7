package io.chatworker.contracts;

import java.util.regex.Pattern;

/** What holds for every message. */
public final class Contract {

    /** {@code contract_version} of this library. */
    public static final int VERSION = 1;

    /** AMQP {@code app_id} of every event. */
    public static final String APP_ID = "chat-worker";

    /** AMQP {@code type} of a request. */
    public static final String TYPE_REQUEST = "chat.request";

    /** AMQP {@code type} of the commands and of the answer to the second. */
    public static final String TYPE_CANCEL = "chat.cancel";

    public static final String TYPE_DESCRIBE = "chat.describe";
    public static final String TYPE_DESCRIPTION = "chat.description";

    /** AMQP {@code type} of a call to a service that offers a tool, and of its answer. */
    public static final String TYPE_TOOL_CALL = "chat.tool_call";

    public static final String TYPE_TOOL_RESULT = "chat.tool_result";

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private Contract() {}

    /** Whether {@code text} may be a request's, conversation's or message's id. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** AMQP {@code type} of an event. */
    public static String type(EventName event) {
        return "chat." + event.wire();
    }
}
