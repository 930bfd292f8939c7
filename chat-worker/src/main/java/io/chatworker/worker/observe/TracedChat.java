package io.chatworker.worker.observe;

import io.chatworker.contracts.ErrorCode;
import io.chatworker.contracts.WaitingReason;
import io.chatworker.worker.ollama.AnswerLine;
import io.chatworker.worker.publish.TraceContext;
import io.chatworker.worker.run.CallEnd;
import io.chatworker.worker.run.CallStart;
import io.chatworker.worker.run.Chat;
import io.chatworker.worker.run.ChatListener;
import io.chatworker.worker.run.Outcome;
import io.chatworker.worker.tools.ToolOutcome;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The spans of one chat. Names and attributes are those of OpenTelemetry's conventions for messaging and for generative
 * AI (1.42, Development), {@code chat.…} the worker's own. The publisher's span is the parent and is linked as well: a
 * worker has no span of its own around, so one request is one trace.
 */
final class TracedChat implements ChatListener {

    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final Tracer tracer;
    private final Traces.Place place;
    private Instant receivedAt = Instant.now();
    private boolean redelivered;
    private Context parent = Context.root();
    private Span request = Span.getInvalid();
    private Span call = Span.getInvalid();
    private Span hold = Span.getInvalid();

    TracedChat(Tracer tracer, Traces.Place place) {
        this.tracer = tracer;
        this.place = place;
    }

    @Override
    public void received(boolean redelivered) {
        receivedAt = Instant.now();
        this.redelivered = redelivered;
    }

    @Override
    public TraceContext read(Chat chat, TraceContext trace) {
        Context publisher = Traces.contextOf(trace);
        request = tracer.spanBuilder("process " + place.queue())
                .setParent(publisher)
                .addLink(Span.fromContext(publisher).getSpanContext())
                .setSpanKind(SpanKind.CONSUMER)
                .setStartTimestamp(receivedAt)
                .setAttribute("messaging.system", "rabbitmq")
                .setAttribute("messaging.operation.name", "process")
                .setAttribute("messaging.operation.type", "process")
                .setAttribute("messaging.destination.name", place.queue())
                .setAttribute("messaging.message.id", chat.address().requestId())
                .setAttribute(
                        "messaging.message.conversation_id", chat.address().correlationId())
                .setAttribute("gen_ai.conversation.id", chat.address().conversationId())
                .setAttribute("chat.redelivered", redelivered)
                .startSpan();
        parent = publisher.with(request);
        return Traces.traceOf(request);
    }

    @Override
    public void waiting(WaitingReason reason) {
        waited();
        hold = tracer.spanBuilder("hold " + reason.wire())
                .setParent(parent)
                .setAttribute("chat.waiting.reason", reason.wire())
                .startSpan();
    }

    @Override
    public void waited() {
        hold.end();
        hold = Span.getInvalid();
    }

    @Override
    public TraceContext calling(CallStart start, TraceContext trace) {
        call = tracer.spanBuilder("chat " + start.model())
                .setParent(parent)
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute("gen_ai.operation.name", "chat")
                .setAttribute("gen_ai.provider.name", "ollama")
                .setAttribute("gen_ai.request.model", start.model())
                .setAttribute("gen_ai.request.stream", start.streams())
                .setAttribute("server.address", place.ollama().getHost())
                .setAttribute("server.port", port(place.ollama()))
                .setAttribute("chat.agent", start.agent())
                .setAttribute("chat.attempt", start.attempt())
                .startSpan();
        option(start, "temperature", "gen_ai.request.temperature");
        option(start, "top_p", "gen_ai.request.top_p");
        option(start, "top_k", "gen_ai.request.top_k");
        option(start, "seed", "gen_ai.request.seed");
        option(start, "num_predict", "gen_ai.request.max_tokens");
        option(start, "frequency_penalty", "gen_ai.request.frequency_penalty");
        option(start, "presence_penalty", "gen_ai.request.presence_penalty");
        return Traces.traceOf(call);
    }

    private static long port(URI address) {
        return address.getPort() >= 0 ? address.getPort() : "https".equals(address.getScheme()) ? 443 : 80;
    }

    private void option(CallStart start, String option, String attribute) {
        if (start.options().get(option) instanceof Number number) {
            if (number instanceof Integer || number instanceof Long) {
                call.setAttribute(attribute, number.longValue());
            } else {
                call.setAttribute(attribute, number.doubleValue());
            }
        }
    }

    @Override
    public void firstToken(Duration sinceStart) {
        call.addEvent("first_token");
        call.setAttribute("gen_ai.response.time_to_first_chunk", sinceStart.toNanos() / 1e9);
    }

    @Override
    public void called(CallEnd end) {
        AnswerLine.Done done = end.done();
        if (done != null) {
            call.setAttribute("gen_ai.usage.input_tokens", (long) done.promptEvalCount());
            call.setAttribute("gen_ai.usage.output_tokens", (long) done.evalCount());
            if (done.reason() != null) {
                call.setAttribute(
                        AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"), List.of(done.reason()));
            }
        } else {
            ErrorCode failure = end.failure();
            String error = failure == null ? "cancelled" : failure.wire();
            call.setAttribute(ERROR_TYPE, error);
            call.setStatus(StatusCode.ERROR, error);
        }
        call.end();
    }

    @Override
    public void retrying(ErrorCode code) {
        request.addEvent("retry", Attributes.of(ERROR_TYPE, code.wire()));
    }

    @Override
    public void toolCalled(String name, ToolOutcome outcome, Duration took) {
        Instant now = Instant.now();
        tracer.spanBuilder("execute_tool " + name)
                .setParent(parent)
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(now.minus(took))
                .setAttribute("gen_ai.operation.name", "execute_tool")
                .setAttribute("gen_ai.tool.name", name)
                .setAttribute("chat.tool.outcome", outcome.label())
                .startSpan()
                .setStatus(outcome == ToolOutcome.CONTENT ? StatusCode.UNSET : StatusCode.ERROR)
                .end(now);
    }

    /** The calls that it takes have spans of their own. */
    @Override
    public void summarized(int turns, boolean succeeded, Duration took) {
        request.addEvent(
                "summarized",
                Attributes.of(
                        AttributeKey.longKey("chat.turns"),
                        (long) turns,
                        AttributeKey.booleanKey("chat.succeeded"),
                        succeeded));
    }

    @Override
    public void confirmed(Duration sinceSent) {
        Instant now = Instant.now();
        tracer.spanBuilder("send " + place.completions())
                .setParent(parent)
                .setSpanKind(SpanKind.PRODUCER)
                .setStartTimestamp(now.minus(sinceSent))
                .setAttribute("messaging.system", "rabbitmq")
                .setAttribute("messaging.operation.name", "publish")
                .setAttribute("messaging.operation.type", "send")
                .setAttribute("messaging.destination.name", place.completions())
                .startSpan()
                .end(now);
    }

    @Override
    public void ended(Outcome outcome, Duration sinceDelivery) {
        waited();
        request.setAttribute("chat.outcome", Outcomes.label(outcome));
        switch (outcome) {
            case Outcome.Failed failed -> {
                request.setAttribute(ERROR_TYPE, failed.code().wire());
                request.setStatus(StatusCode.ERROR, failed.code().wire());
            }
            case Outcome.Cancelled cancelled ->
                request.setAttribute("chat.cancel_reason", cancelled.reason().wire());
            case Outcome.Completed _, Outcome.Requeued _, Outcome.Lost _ -> {}
        }
        request.end();
    }
}
