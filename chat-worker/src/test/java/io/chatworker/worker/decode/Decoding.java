package io.chatworker.worker.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import io.chatworker.contracts.Problem;
import io.chatworker.contracts.Topology;
import io.chatworker.worker.WorkerMapper;
import io.chatworker.worker.settings.Env;
import java.util.List;
import java.util.Map;

/** Requests as the decoder reads them. */
final class Decoding {

    static final BasicProperties NO_PROPERTIES = new BasicProperties();

    private Decoding() {}

    static RequestDecoder decoder(Map<String, String> variables) {
        Env env = new Env(variables);
        DecodeSettings settings = DecodeSettings.from(env, Topology.DEFAULT);
        env.check();
        return new RequestDecoder(settings, WorkerMapper.get());
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
        return decoder(Map.of()).decode(properties, body, 0);
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
