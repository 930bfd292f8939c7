package org.example;

import io.chatworker.client.Answer;
import io.chatworker.client.ChatClient;
import io.chatworker.contracts.AnswerChange;
import io.chatworker.contracts.ChatRequest;

/** Asks one question and prints the answer as it comes. RABBITMQ_URI says where the broker is. */
public final class Ask {

    private Ask() {}

    public static void main(String[] arguments) {
        try (ChatClient chat = ChatClient.connect();
                Answer answer = chat.ask(ChatRequest.of(String.join(" ", arguments)))) {
            for (AnswerChange change : answer) {
                if (change.restart()) {
                    // A worker died, and another one begins again.
                    System.out.println();
                }
                System.out.print(change.piece().content());
            }
            System.out.println();
            System.err.println(answer.completed().usage());
        }
    }
}
