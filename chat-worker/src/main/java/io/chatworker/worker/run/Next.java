package io.chatworker.worker.run;

import io.chatworker.worker.prompt.Prompt;

/** What a chat does next. */
sealed interface Next {

    /** Wait until Ollama can be asked. */
    record Enter(Prompt prompt) implements Next {}

    /** Ask Ollama. */
    record Call(Prompt prompt) implements Next {}

    /** Nothing more. */
    record End(Outcome outcome) implements Next {}
}
