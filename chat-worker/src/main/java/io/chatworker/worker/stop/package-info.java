/** How a stop reaches whoever waits. */
@NullMarked
package io.chatworker.worker.stop;

import org.jspecify.annotations.NullMarked;
