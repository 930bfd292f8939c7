/** Step 2: bytes and properties into a request or a rejection; knows neither channels nor deliveries. */
@NullMarked
package io.chatworker.worker.decode;

import org.jspecify.annotations.NullMarked;
