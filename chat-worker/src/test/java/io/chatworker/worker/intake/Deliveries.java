package io.chatworker.worker.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.chatworker.contracts.Problem;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.settings.Env;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Deliveries that came on no channel, and what the decoder makes of them. */
final class Deliveries {

    static final BasicProperties NO_PROPERTIES = new BasicProperties();
    private static final Set<String> DENIED = Set.of("num_gpu", "main_gpu", "num_thread", "num_batch", "use_mmap");

    private Deliveries() {}

    static Delivery of(BasicProperties properties, byte[] body) {
        return new Delivery(null, new Envelope(1, false, "chat.requests", "any"), properties, body, false);
    }

    static RequestDecoder decoder(Map<String, String> variables) {
        Env env = new Env(variables);
        IntakeSettings settings = IntakeSettings.from(env, Topology.DEFAULT);
        env.check();
        return new RequestDecoder(settings, DENIED, WorkerMapper.get());
    }

    static Decoded decode(String body) {
        return decode(NO_PROPERTIES, body.getBytes(UTF_8));
    }

    static Decoded decode(byte[] body) {
        return decode(NO_PROPERTIES, body);
    }

    static Decoded decode(BasicProperties properties, String body) {
        return decode(properties, body.getBytes(UTF_8));
    }

    static Decoded decode(BasicProperties properties, byte[] body) {
        return decoder(Map.of()).decode(of(properties, body));
    }

    /** The paths of the problems that an invalid request was rejected for. */
    static List<String> paths(Decoded decoded) {
        return problems(decoded).stream().map(Problem::path).toList();
    }

    @SuppressWarnings("unchecked")
    static List<Problem> problems(Decoded decoded) {
        return (List<Problem>) decoded.rejection().details().get("problems");
    }
}
