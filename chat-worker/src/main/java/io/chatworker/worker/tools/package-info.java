/**
 * Beside {@code ollama} and {@code publish}: a model's tool calls to the services that carry them out, and what those
 * answer. Knows neither how events are published nor how prompts are built.
 */
@NullMarked
package io.chatworker.worker.tools;

import org.jspecify.annotations.NullMarked;
