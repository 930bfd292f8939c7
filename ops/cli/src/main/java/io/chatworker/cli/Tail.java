package io.chatworker.cli;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.chatworker.cli.view.EventJson;
import io.chatworker.cli.view.EventLine;
import io.chatworker.client.ReceivedEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "tail",
        description = "Follows events as they are published, until Ctrl-C.",
        footer = {
            "",
            "The key of an event is <conversation_id>.<request_id>.<event>: 'c42.#' follows a conversation,",
            "'*.r17.*' a request, '*.*.failed' the failures. Events sent to a reply_to queue do not appear here."
        })
final class Tail implements Callable<Integer> {

    private static final Duration LONG = Duration.ofHours(1);

    @ParentCommand
    @Nullable
    Main main;

    @Parameters(paramLabel = "PATTERN", arity = "0..1", defaultValue = "#", description = "Default: ${DEFAULT-VALUE}")
    String pattern = "#";

    @Option(names = "--limit", paramLabel = "N", description = "Exit after this many events; 0 = never.")
    int limit;

    @Option(names = "--json", description = "Every event as a line of JSON.")
    boolean json;

    @Override
    public Integer call() throws InterruptedException {
        Io io = Objects.requireNonNull(main).io();
        Broker broker = io.broker();
        Connection connection = broker.connect();
        try {
            EventQueue events = new EventQueue(connection).follow(broker.topology(), pattern);
            io.err()
                    .println("Following " + pattern + " in the namespace "
                            + broker.topology().namespace() + ".");
            for (int seen = 0; limit == 0 || seen < limit; ) {
                ReceivedEvent event = events.next(LONG);
                if (event != null) {
                    io.out().println(json ? EventJson.line(event) : EventLine.of(event));
                    io.out().flush();
                    seen++;
                }
            }
            return ExitCode.OK;
        } catch (IOException | ShutdownSignalException e) {
            throw Broken.trouble(e, broker.topology());
        } finally {
            connection.abort(1_000);
        }
    }
}
