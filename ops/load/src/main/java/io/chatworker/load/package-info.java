/** Measures what a token costs on its way from Ollama to the reader of the events. Read {@link Trial} first. */
@NullMarked
package io.chatworker.load;

import org.jspecify.annotations.NullMarked;
