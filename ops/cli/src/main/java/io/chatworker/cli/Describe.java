package io.chatworker.cli;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.cli.view.DescriptionText;
import io.chatworker.cli.view.EventJson;
import io.chatworker.cli.view.Json;
import io.chatworker.client.ReceivedEvent;
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
            defaultValue = "1s",
            description = "How long to collect answers; default: ${DEFAULT-VALUE}.")
    Duration wait = Duration.ofSeconds(1);

    @Option(names = "--json", description = "Every worker as a line of JSON.")
    boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Io io = Objects.requireNonNull(main).io();
        Broker broker = io.broker();
        Connection connection = broker.connect();
        try {
            // A queue of the broker's naming, and nothing else: the user monitor may do this much.
            EventQueue answers = new EventQueue(connection).listen();
            send(broker, connection, answers.name());
            int workers = show(io, answers);
            if (workers == 0) {
                throw new Trouble(
                        "No worker answered within " + TimeSpan.text(wait) + ".", "Give them more time: --wait 10s.");
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

    private int show(Io io, EventQueue answers) throws InterruptedException {
        Instant end = Instant.now().plus(wait);
        int workers = 0;
        while (true) {
            Duration left = Duration.between(Instant.now(), end);
            ReceivedEvent answer = left.isPositive() ? answers.next(left) : null;
            if (answer == null) {
                return workers;
            }
            workers++;
            io.out()
                    .print(
                            json
                                    ? EventJson.line(answer) + "\n"
                                    : DescriptionText.of(Json.read(answer.body(), Description.class), io.width()));
            io.out().flush();
        }
    }
}
