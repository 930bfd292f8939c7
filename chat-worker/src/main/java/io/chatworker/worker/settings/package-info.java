/** Environment variables into checked values. */
@NullMarked
package io.chatworker.worker.settings;

import org.jspecify.annotations.NullMarked;
