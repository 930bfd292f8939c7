/**
 * Asking the workers, and reaching the broker as they do: which node, with which TLS, and why not.
 *
 * <pre>{@code
 * try (ChatClient chat = ChatClient.connect()) {          // RABBITMQ_URI and its like, as for a worker
 *     Answer answer = chat.ask(ChatRequest.of("Why is the sky blue?"));
 *     for (AnswerChange change : answer) {
 *         System.out.print(change.restart() ? "\n(once more)\n" : "");
 *         System.out.print(change.piece().content());     // as it comes
 *     }
 *     System.out.println("\n" + answer.completed().usage());
 * }
 * }</pre>
 *
 * <p>Clients are safe for any thread and meant to be shared; what goes wrong is a {@link
 * io.chatworker.client.ChatException} that says what to do next. Needs amqp-client and Jackson 3, which are optional
 * dependencies of this module.
 */
@NullMarked
package io.chatworker.client;

import org.jspecify.annotations.NullMarked;
