package io.chatworker.examples.web;

import io.chatworker.client.ChatClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The answers that browsers follow or may come back to, at most {@value #MOST}. One that nobody has followed for a minute
 * is stopped; one that has ended is forgotten after ten minutes.
 */
@Component
class Answers {

    private static final int MOST = 1_000;
    private static final Duration ALONE = Duration.ofMinutes(1);
    private static final Duration ENDED = Duration.ofMinutes(10);
    private static final Duration TIMEOUT = Duration.ofMinutes(20);

    private final ChatClient chat;
    private final Map<String, LiveAnswer> live = new ConcurrentHashMap<>();

    Answers(ChatClient chat) {
        this.chat = chat;
    }

    /** Asks; returns the id to follow the answer by. */
    String ask(Question question) {
        if (live.size() >= MOST) {
            throw new TooMany();
        }
        LiveAnswer answer = new LiveAnswer();
        var asked = chat.ask(question.request(), TIMEOUT, answer);
        answer.follows(asked);
        live.put(asked.requestId(), answer);
        return asked.requestId();
    }

    Optional<LiveAnswer> find(String id) {
        return Optional.ofNullable(live.get(id));
    }

    @Scheduled(fixedDelay = 10, timeUnit = TimeUnit.SECONDS)
    void tidy() {
        live.forEach((id, answer) -> {
            if (!answer.isEnded() && answer.alone().compareTo(ALONE) > 0) {
                answer.close();
            } else if (answer.isEnded() && answer.alone().compareTo(ENDED) > 0) {
                live.remove(id);
            }
        });
    }

    /** There is no room for another answer. */
    static final class TooMany extends RuntimeException {}
}
