package io.chatworker.worker.decode;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.ChatRequest;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.prompt.Rejection;
import io.chatworker.worker.publish.Address;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.run.Chat;
import io.chatworker.worker.run.OwnFault;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A body and its properties into a chat. Whatever the bytes, there are ids to answer under. Safe for any thread. */
public final class RequestDecoder {

    private static final ChatRequest NOTHING = ChatRequest.builder().build();

    private final DecodeSettings settings;
    private final JsonText json = new JsonText();
    private final RequestReader reader;

    public RequestDecoder(DecodeSettings settings, JsonMapper mapper) {
        this.settings = settings;
        this.reader = new RequestReader(mapper, settings.deniedOptions());
    }

    /** {@code earlierDeliveries}: how often the broker gave the request to a worker before. */
    public Decoded decode(BasicProperties properties, byte[] body, int earlierDeliveries) {
        ChatRequest request = NOTHING;
        Rejection rejection = null;
        try {
            checkSize(body.length);
            checkDeliveries(earlierDeliveries);
            Problems problems = new Problems();
            checkProperties(properties, problems);
            problems.check();
            JsonNode tree = json.object(body);
            String envelope = Envelope.around(tree);
            if (envelope != null) {
                problems.add("", envelope);
            }
            request = reader.read(tree, problems);
            problems.check();
            checkReplyTo(properties.getReplyTo());
            checkLength(request.message());
        } catch (Rejection e) {
            rejection = e;
        } catch (RuntimeException e) {
            rejection = OwnFault.of("a request that cannot be read", e);
        }
        ReadableIds ids = new ReadableIds(request.requestId(), request.conversationId());
        if (rejection != null && ids.equals(ReadableIds.NONE)) {
            ids = readable(body);
        }
        return new Decoded(chat(request, ids, properties, earlierDeliveries), rejection);
    }

    /** What can be said of a request whose body was too large even to be kept in memory. */
    public Decoded tooLarge(BasicProperties properties, long bytes, int earlierDeliveries) {
        Chat chat = chat(NOTHING, ReadableIds.NONE, properties, earlierDeliveries);
        return new Decoded(chat, rejectionOfSize(Math.toIntExact(bytes)));
    }

    /** The ids of a request that was not read; none of one that is too large even to look at. */
    private ReadableIds readable(byte[] body) {
        return body.length <= settings.maxRequestBytes() ? ReadableIds.of(body) : ReadableIds.NONE;
    }

    private Chat chat(ChatRequest request, ReadableIds ids, BasicProperties properties, int earlierDeliveries) {
        String messageId = properties.getMessageId();
        String requestId = ids.requestId();
        if (requestId == null) {
            requestId = messageId != null && Contract.isId(messageId) ? messageId : generated();
        }
        String replyTo = properties.getReplyTo();
        Address address = new Address(
                requestId,
                Objects.requireNonNullElseGet(ids.conversationId(), RequestDecoder::generated),
                Objects.requireNonNullElse(properties.getCorrelationId(), requestId),
                replyTo != null && settings.allowsReplyTo(replyTo) ? replyTo : null,
                TraceContext.of(properties.getHeaders()));
        boolean last = earlierDeliveries + 1 >= settings.maxDeliveries();
        return new Chat(request, address, sentAt(request, properties), earlierDeliveries, last);
    }

    private static @Nullable Instant sentAt(ChatRequest request, BasicProperties properties) {
        AmqpTimestamp timestamp = AmqpTimestamp.of(properties.getTimestamp());
        return request.sentAt() != null || timestamp == null ? request.sentAt() : timestamp.at();
    }

    /** What may have killed so many workers is not tried again. */
    private void checkDeliveries(int earlier) throws Rejection {
        if (earlier >= settings.maxDeliveries()) {
            throw new Rejection(
                    ErrorCode.CRASH_LOOP,
                    "the request was delivered " + earlier + " times before without an end (CHAT_MAX_DELIVERIES)",
                    Map.of("deliveries", earlier));
        }
    }

    private void checkSize(int bytes) throws Rejection {
        if (bytes > settings.maxRequestBytes()) {
            throw rejectionOfSize(bytes);
        }
    }

    private Rejection rejectionOfSize(int bytes) {
        return new Rejection(
                ErrorCode.REQUEST_TOO_LARGE,
                "the request has " + bytes + " bytes, and " + settings.maxRequestBytes() + " are the limit",
                Map.of("bytes", bytes, "limit", settings.maxRequestBytes()));
    }

    private static void checkProperties(BasicProperties properties, Problems problems) {
        check(problems, "content_type", plain(properties.getContentType()), Set.of("application/json"));
        check(problems, "content_encoding", plain(properties.getContentEncoding()), Set.of("utf-8", "identity"));
        check(problems, "type", properties.getType(), Set.of(Contract.TYPE_REQUEST));
    }

    /** Media types and encodings have no case (RFC 9110), and JSON's charset is known. */
    private static @Nullable String plain(@Nullable String value) {
        return value == null
                ? null
                : value.toLowerCase(Locale.ROOT).replaceFirst("\\s*;\\s*charset=\"?utf-8\"?\\s*$", "");
    }

    private static void check(Problems problems, String property, @Nullable String value, Set<String> accepted) {
        if (value != null && !value.isEmpty() && !accepted.contains(value)) {
            problems.add(
                    "",
                    "the AMQP property " + property + " must be absent or " + String.join(" or ", accepted) + ", not '"
                            + value + "'");
        }
    }

    private void checkReplyTo(@Nullable String replyTo) throws Rejection {
        if (replyTo != null && !replyTo.isEmpty() && !settings.allowsReplyTo(replyTo)) {
            throw new Rejection(
                    ErrorCode.REPLY_TO_NOT_ALLOWED,
                    "the AMQP property reply_to names a queue that is not allowed (CHAT_REPLY_TO_ALLOWED)",
                    Map.of("reply_to", replyTo));
        }
    }

    private void checkLength(@Nullable String message) throws Rejection {
        int characters = message == null ? 0 : message.codePointCount(0, message.length());
        if (characters > settings.maxMessageChars()) {
            throw new Rejection(
                    ErrorCode.MESSAGE_TOO_LONG,
                    "the message has " + characters + " characters, and " + settings.maxMessageChars()
                            + " are the limit (CHAT_MAX_MESSAGE_CHARS)",
                    Map.of("characters", characters, "limit", settings.maxMessageChars()));
        }
    }

    private static String generated() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
