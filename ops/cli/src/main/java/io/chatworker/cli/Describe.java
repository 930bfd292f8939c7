package io.chatworker.cli;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.contracts.Contract;
import io.chatworker.contracts.DescribeCommand;
import io.chatworker.contracts.Description;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "describe", description = "Asks every worker what it is and what it can do.")
final class Describe implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Main main;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "2s",
            description = "How long to collect answers; default: ${DEFAULT-VALUE}.")
    Duration wait = Duration.ofSeconds(2);

    @Option(names = "--json", description = "Every worker as a line of JSON.")
    boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Main io = Objects.requireNonNull(main);
        Broker broker = io.broker();
        Connection connection = broker.connect();
        try {
            EventQueue answers = new EventQueue(connection).listen();
            send(broker, connection, answers.name());
            int workers = show(io, answers);
            if (workers == 0) {
                throw new Trouble(
                        "No worker answered within " + wait.toMillis() + " ms.", "Give them more time: --wait 10s.");
            }
            return ExitCode.OK;
        } catch (IOException | ShutdownSignalException e) {
            throw Broken.trouble(e, broker.topology());
        } finally {
            connection.abort(1_000);
        }
    }

    private static void send(Broker broker, Connection connection, String replyTo) throws IOException {
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .contentType("application/json")
                .type(Contract.TYPE_DESCRIBE)
                .replyTo(replyTo)
                .timestamp(Date.from(Instant.now()))
                .build();
        Publisher.Outcome outcome = new Publisher(connection)
                .publish(broker.topology().control(), "", properties, Json.bytes(new DescribeCommand()));
        if (outcome != Publisher.Outcome.TAKEN) {
            throw new Trouble("No worker listens to commands.", "Start one with ops/worker, or check CHAT_NAMESPACE.");
        }
    }

    private int show(Main io, EventQueue answers) throws InterruptedException {
        Instant end = Instant.now().plus(wait);
        int workers = 0;
        while (true) {
            Duration left = Duration.between(Instant.now(), end);
            Event answer = left.isPositive() ? answers.next(left) : null;
            if (answer == null) {
                return workers;
            }
            workers++;
            io.out()
                    .print(
                            json
                                    ? answer.jsonLine() + "\n"
                                    : DescriptionText.of(Json.read(answer.body(), Description.class)));
            io.out().flush();
        }
    }
}
