package io.chatworker.worker.run;

import io.chatworker.worker.prompt.Prompt;
import io.chatworker.worker.prompt.SummaryDraft;

/** What a chat does next. */
sealed interface Next {

    /**
     * Wait until Ollama can be asked.
     *
     * @param prompt the conversation as it is, should the chat end here
     */
    record Enter(Prompt prompt, Next then) implements Next {

        /** To begin an attempt. */
        Enter(Prompt prompt) {
            this(prompt, new Begin(prompt));
        }
    }

    /** Ask Ollama for the next part of a summary, which this attempt turned out to need. */
    record Summarize(Attempt attempt, SummaryDraft draft) implements Next {}

    /** Begin an attempt. */
    record Begin(Prompt prompt) implements Next {}

    /** Ask Ollama within this attempt. */
    record Ask(Attempt attempt) implements Next {}

    /** Have the calls carried out that the model made in this attempt. */
    record CallTools(Attempt attempt) implements Next {}

    /** Nothing more. */
    record End(Outcome outcome) implements Next {}
}
