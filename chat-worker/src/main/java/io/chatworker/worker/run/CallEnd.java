package io.chatworker.worker.run;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.worker.ollama.AnswerLine;
import org.jspecify.annotations.Nullable;

/**
 * A call to Ollama when it is over: answered to its end where there is {@code done}, failed where there is a
 * {@code failure}, and otherwise stopped.
 *
 * @param gaps the times between its tokens
 */
public record CallEnd(@Nullable ErrorCode failure, AnswerLine.@Nullable Done done, TokenGaps gaps) {}
