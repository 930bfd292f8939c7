/** Wires the steps a request takes: intake, run, prompt, ollama, publish; observe stands beside the road. */
@NullMarked
package io.chatworker.worker;

import org.jspecify.annotations.NullMarked;
