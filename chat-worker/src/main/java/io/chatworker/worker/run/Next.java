package io.chatworker.worker.run;

import io.chatworker.worker.prompt.Prompt;

/** What a chat does next. */
sealed interface Next {

    /** Wait until Ollama can be asked. */
    record Enter(Prompt prompt) implements Next {}

    /** Begin an attempt. */
    record Begin(Prompt prompt) implements Next {}

    /** Ask Ollama within this attempt. */
    record Ask(Attempt attempt) implements Next {}

    /** Have the calls carried out that the model made in this attempt. */
    record CallTools(Attempt attempt) implements Next {}

    /** Nothing more. */
    record End(Outcome outcome) implements Next {}
}
