package io.chatworker.examples.web;

import io.chatworker.client.ChatException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Ask, follow, stop. An answer is followed by a thread, which is virtual and so may wait. */
@RestController
@RequestMapping("/api/answers")
class AnswersController {

    private static final Duration SILENCE = Duration.ofSeconds(15);

    private final Answers answers;
    private final JsonMapper json;

    AnswersController(Answers answers, JsonMapper json) {
        this.answers = answers;
        this.json = json;
    }

    @PostMapping
    Map<String, String> ask(@RequestBody Question question) {
        return Map.of("id", answers.ask(question));
    }

    /** Whether it is still here. */
    @GetMapping("/{id}")
    Map<String, Boolean> look(@PathVariable String id) {
        return Map.of("ended", find(id).isEnded());
    }

    @DeleteMapping("/{id}")
    Map<String, Boolean> stop(@PathVariable String id) {
        return Map.of("stopped", find(id).stop());
    }

    /** Server-sent events, from what the browser has already up to the end. */
    @GetMapping("/{id}/events")
    void follow(
            @PathVariable String id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        LiveAnswer answer = find(id);
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        response.setHeader("Cache-Control", "no-store");
        // A reverse proxy is not to gather what leaves bit by bit.
        response.setHeader("X-Accel-Buffering", "no");
        answer.followed(1);
        try {
            write(answer, Position.of(last), response.getWriter());
        } finally {
            answer.followed(-1);
        }
    }

    private void write(LiveAnswer answer, Position had, PrintWriter to) throws InterruptedException {
        // A writer whose browser is gone only tells so.
        while (!to.checkError()) {
            Optional<Progress> progress = answer.after(had, SILENCE);
            if (progress.isEmpty()) {
                to.write(": still here\n\n");
                continue;
            }
            had = progress.get().to();
            to.write("id: " + had + "\ndata: " + json.writeValueAsString(progress.get()) + "\n\n");
            if (progress.get().end() != null) {
                to.flush();
                return;
            }
        }
    }

    private LiveAnswer find(String id) {
        return answers.find(id).orElseThrow();
    }

    @ExceptionHandler
    @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
    Map<String, String> away(ChatException why) {
        return Map.of("problem", why.what(), "next", why.next());
    }

    @ExceptionHandler(Answers.TooMany.class)
    @ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
    Map<String, String> full() {
        return Map.of("problem", "Too many answers are under way.", "next", "Ask again in a minute.");
    }

    @ExceptionHandler(NoSuchElementException.class)
    @ResponseStatus(HttpStatus.NOT_FOUND)
    Map<String, String> gone() {
        return Map.of("problem", "This answer is no longer here.", "next", "Ask again.");
    }
}
