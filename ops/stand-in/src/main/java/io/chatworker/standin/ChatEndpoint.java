package io.chatworker.standin;

import tools.jackson.core.JacksonException;

/** {@code POST /api/chat}: chooses the recorded exchange that answers a request. */
final class ChatEndpoint {

    private final ModelList models;
    private final boolean strict;
    private final AnswerPicker picker = new AnswerPicker();

    ChatEndpoint(ModelList models, boolean strict) {
        this.models = models;
        this.strict = strict;
    }

    Answer answer(String body) {
        if (body.isBlank()) {
            return Answer.recorded("body-empty");
        }
        try {
            return answer(ChatCall.read(body));
        } catch (JacksonException e) {
            return Answer.recorded("body-not-json");
        } catch (IllegalArgumentException e) {
            return Answer.json(400, Json.error(String.valueOf(e.getMessage())));
        }
    }

    private Answer answer(ChatCall call) {
        if (call.model().isEmpty()) {
            return Answer.recorded("model-missing");
        }
        var named = Exchanges.ofModel(call.model());
        if (named.isPresent()) {
            return named(call, named.get());
        }
        if (strict && !models.has(call.model())) {
            return ModelList.notFound(call.model());
        }
        return call.empty() ? loaded(call) : other(call);
    }

    private static Answer named(ChatCall call, Exchange exchange) {
        // A model whose exchange is an error answers a load request with it, too.
        if (call.empty() && exchange.response().status() == 200) {
            return loaded(call);
        }
        return joins(call, exchange) ? JoinedAnswer.of(exchange) : Answer.recorded(exchange);
    }

    private Answer other(ChatCall call) {
        return picker.pick(call.prompt())
                .map(exchange -> played(call, exchange))
                .orElseGet(() -> NoRecording.answer(call));
    }

    private static Answer played(ChatCall call, Exchange exchange) {
        return joins(call, exchange)
                ? JoinedAnswer.of(exchange).retouched(new Echo(call.model()))
                : Answer.echoing(exchange, call.model());
    }

    private static boolean joins(ChatCall call, Exchange exchange) {
        return !call.stream() && exchange.response().streamed();
    }

    private static Answer loaded(ChatCall call) {
        return Answer.echoing(Exchanges.byName(call.unload() ? "unload" : "load"), call.model());
    }
}
