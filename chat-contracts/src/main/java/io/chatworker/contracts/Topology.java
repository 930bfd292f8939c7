package io.chatworker.contracts;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Names of the exchanges and queues of one installation. All begin with its namespace, so that several share a
 * broker.
 *
 * @param namespace {@code chat} unless the worker's {@code CHAT_NAMESPACE} says otherwise
 */
public record Topology(String namespace) {

    // Before DEFAULT, whose constructor reads it.
    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    /** With the default namespace. */
    public static final Topology DEFAULT = new Topology("chat");

    public Topology {
        if (namespace.length() > 64 || !NAMESPACE.matcher(namespace).matches()) {
            throw new IllegalArgumentException(
                    "a namespace is 1 to 64 letters, digits, '_', '-' and single dots between them: " + namespace);
        }
    }

    /** Topic exchange for requests, and the quorum queue of the workers without a pool. */
    public String requests() {
        return namespace + ".requests";
    }

    /** Fanout exchange: takes every request that no pool claims. */
    public String requestsDefault() {
        return namespace + ".requests.default";
    }

    /** Topic exchange for all events but the terminal ones. */
    public String chunks() {
        return namespace + ".chunks";
    }

    /** Topic exchange for calls of tools, to the services that offer them. */
    public String tools() {
        return namespace + ".tools";
    }

    /**
     * The queue of a service that offers this tool, by convention: the users in the project's definitions may declare no
     * other.
     */
    public String toolQueue(String name) {
        return tools() + "." + name;
    }

    /** Prefix of the workers' own queues for what tools answer. */
    public String toolResultsPrefix() {
        return namespace + ".tool-results.";
    }

    /** Topic exchange for {@code completed}, {@code failed} and {@code cancelled}. */
    public String completions() {
        return namespace + ".completions";
    }

    /** Fanout exchange for commands. */
    public String control() {
        return namespace + ".control";
    }

    /** Topic exchange, and the queue behind it, for requests that could not be served. */
    public String deadLetters() {
        return namespace + ".dead-letters";
    }

    /** Topic exchange, and the queue behind it, for requests whose sender got them wrong. */
    public String rejected() {
        return namespace + ".rejected";
    }

    /** Where a request that failed with this code is kept: {@link #rejected()} or {@link #deadLetters()}. */
    public String keptIn(ErrorCode code) {
        return code.isSendersMistake() ? rejected() : deadLetters();
    }

    /** All exchanges. */
    public List<String> exchanges() {
        return List.of(
                requests(), requestsDefault(), chunks(), tools(), completions(), control(), deadLetters(), rejected());
    }

    /** The durable queues that every installation has; pools have further ones. */
    public List<String> queues() {
        return List.of(requests(), deadLetters(), rejected());
    }

    /** Prefix of the reply queues that requesters may name in {@code reply_to} by default. */
    public String replyPrefix() {
        return namespace + ".replies.";
    }

    /** {@code <conversation_id>.<request_id>.<event>}. */
    public static String routingKey(String conversationId, String requestId, EventName event) {
        return conversationId + "." + requestId + "." + event.wire();
    }
}
