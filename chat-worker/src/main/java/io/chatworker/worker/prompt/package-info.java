/** Step 4: a request into what Ollama is asked. */
@NullMarked
package io.chatworker.worker.prompt;

import org.jspecify.annotations.NullMarked;
