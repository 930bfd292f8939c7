/** Step 3: the story of one chat; read {@link io.chatworker.worker.run.ChatRun} first. */
@NullMarked
package io.chatworker.worker.run;

import org.jspecify.annotations.NullMarked;
