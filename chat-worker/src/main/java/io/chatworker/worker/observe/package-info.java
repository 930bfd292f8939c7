/** Metrics, health and the management port. Nothing depends on this package. */
@NullMarked
package io.chatworker.worker.observe;

import org.jspecify.annotations.NullMarked;
