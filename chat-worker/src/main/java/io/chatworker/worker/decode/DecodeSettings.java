package io.chatworker.worker.decode;

import io.chatworker.contracts.Topology;
import io.chatworker.worker.settings.Env;
import io.chatworker.worker.settings.Glob;
import java.util.List;
import java.util.Set;

/**
 * What a request may be and ask for.
 *
 * @param maxRequestBytes a larger body is not even parsed
 * @param maxMessageChars Unicode code points of the new message
 * @param maxDeliveries a request delivered this often before kills workers, and is not even parsed
 * @param replyToAllowed queues that requests may name in {@code reply_to}
 * @param deniedOptions options of Ollama that no request may set
 */
public record DecodeSettings(
        int maxRequestBytes,
        int maxMessageChars,
        int maxDeliveries,
        List<Glob> replyToAllowed,
        Set<String> deniedOptions) {

    private static final int MIB = 1024 * 1024;

    public static DecodeSettings from(Env env, Topology topology) {
        return new DecodeSettings(
                env.size("CHAT_MAX_REQUEST_BYTES", 8 * MIB, 64, 128 * MIB),
                env.integer("CHAT_MAX_MESSAGE_CHARS", 4000, 1, 128 * MIB),
                env.integer("CHAT_MAX_DELIVERIES", 15, 1, 19),
                replyTo(env, topology),
                Set.copyOf(env.list("CHAT_OPTIONS_DENIED", "num_gpu,main_gpu,num_thread,num_batch,use_mmap")));
    }

    /** The one variable that may be set to nothing: then no reply queue is allowed. */
    private static List<Glob> replyTo(Env env, Topology topology) {
        String otherwise = "amq.rabbitmq.reply-to.*,amq.gen-*," + topology.replyPrefix() + "*";
        return Env.split(env.raw("CHAT_REPLY_TO_ALLOWED").orElse(otherwise)).stream()
                .map(Glob::new)
                .toList();
    }

    /** Whether answers may be published to this queue. */
    public boolean allowsReplyTo(String queue) {
        return !queue.isEmpty() && replyToAllowed.stream().anyMatch(glob -> glob.matches(queue));
    }
}
