/** Step 4: turns a request into the prompt for Ollama. */
@NullMarked
package io.chatworker.worker.prompt;

import org.jspecify.annotations.NullMarked;
