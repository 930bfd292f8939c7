package io.chatworker.worker.publish;

/** What every chunk of an attempt says. */
record ChunkHead(String requestId, String conversationId, int attempt, String run) {}
