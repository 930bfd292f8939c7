/** Beside the steps: commands from the control exchange, and what they stop or ask. */
@NullMarked
package io.chatworker.worker.control;

import org.jspecify.annotations.NullMarked;
