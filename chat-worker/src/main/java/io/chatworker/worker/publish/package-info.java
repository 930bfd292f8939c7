/** Step 6: events out, in order and confirmed. */
@NullMarked
package io.chatworker.worker.publish;

import org.jspecify.annotations.NullMarked;
