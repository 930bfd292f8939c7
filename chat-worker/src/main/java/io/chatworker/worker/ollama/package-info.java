/** Step 5: the only package that sees OkHttp. */
@NullMarked
package io.chatworker.worker.ollama;

import org.jspecify.annotations.NullMarked;
