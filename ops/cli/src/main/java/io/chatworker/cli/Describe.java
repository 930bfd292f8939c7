package io.chatworker.cli;

import io.chatworker.cli.view.DescriptionText;
import io.chatworker.cli.view.Json;
import io.chatworker.client.ChatClient;
import io.chatworker.contracts.Description;
import java.time.Duration;
import java.util.List;
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
    public Integer call() {
        Io io = Objects.requireNonNull(main).io();
        try (ChatClient client = io.client()) {
            List<Description> workers = client.describe(wait);
            if (workers.isEmpty()) {
                throw new Trouble(
                        "No worker answered within " + TimeSpan.text(wait) + ".",
                        "Start one with ops/worker, check CHAT_NAMESPACE, or give them more time with --wait 10s.");
            }
            workers.forEach(worker ->
                    io.out().print(json ? Json.line(worker) + "\n" : DescriptionText.of(worker, io.width())));
            io.out().flush();
            return ExitCode.OK;
        }
    }
}
