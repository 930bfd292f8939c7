/** Beside the road: metrics, health and the management port. Nothing depends on it. */
@NullMarked
package io.chatworker.worker.observe;

import org.jspecify.annotations.NullMarked;
