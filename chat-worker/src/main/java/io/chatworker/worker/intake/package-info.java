/** Step 1: deliveries in, settlements out; the only place that acks. */
@NullMarked
package io.chatworker.worker.intake;

import org.jspecify.annotations.NullMarked;
