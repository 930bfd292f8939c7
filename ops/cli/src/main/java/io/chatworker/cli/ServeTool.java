package io.chatworker.cli;

import io.chatworker.cli.talk.StateFolder;
import io.chatworker.cli.tools.LocalCommand;
import io.chatworker.cli.tools.ToolFolder;
import io.chatworker.cli.view.Json;
import io.chatworker.cli.view.ToolLine;
import io.chatworker.client.ChatTools;
import io.chatworker.contracts.ToolCall;
import io.chatworker.contracts.ToolResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "serve-tool",
        description = "Offers a command of this machine as a tool to the models, until Ctrl-C.",
        footer = {
            "",
            "For example:  ops/ctl serve-tool get_weather --schema weather.json -- ./weather.sh --metric",
            "",
            "The command is run anew for each call. It gets the arguments as JSON on standard input; its standard",
            "output is the result, as JSON or as text. An exit code other than 0 is an error, with standard error as",
            "its text. TOOL_IDEMPOTENCY_KEY in its environment is the same whenever the same call comes again.",
            "A question gets the tool by 'ask --tool NAME'. Several processes may offer the same tool."
        })
final class ServeTool implements Callable<Integer> {

    @ParentCommand
    @Nullable
    Main main;

    @Parameters(index = "0", paramLabel = "NAME", description = "The function's name.")
    String name = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "What answers its calls.")
    List<String> command = new ArrayList<>();

    @Option(names = "--schema", paramLabel = "FILE", description = "Its JSON schema, kept where 'ask --tool' finds it.")
    @Nullable
    Path schema;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "1",
            converter = Count.class,
            description = "So many calls at once; default: ${DEFAULT-VALUE}.")
    int concurrency = 1;

    @Option(names = "--limit", paramLabel = "N", description = "Exit after this many calls; 0 = never.")
    int limit;

    @Option(names = "--json", description = "Every call with its result as a line of JSON.")
    boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Io io = Objects.requireNonNull(main).io();
        ToolFolder folder = folder(io);
        if (schema != null) {
            folder.add(name, schema);
        }
        LocalCommand local = new LocalCommand(command);
        CountDownLatch enough = new CountDownLatch(limit);
        try (ChatTools tools = io.tools(io.err()::println)) {
            // The command ends by the call's own deadline.
            tools.offer(name, concurrency, LocalCommand.LONGEST, call -> {
                try {
                    return answer(call, local, io);
                } finally {
                    enough.countDown();
                }
            });
            io.err().println("Offering " + name + "; Ctrl-C ends it.");
            if (limit == 0) {
                new CountDownLatch(1).await();
            }
            enough.await();
            return ExitCode.OK;
        }
    }

    /** Where the schemas are. */
    static ToolFolder folder(Io io) {
        return new ToolFolder(new StateFolder(io.environment())
                .tools()
                .orElseThrow(() -> new Trouble("There is no folder for tools.", "Set HOME or XDG_STATE_HOME.")));
    }

    private Object answer(ToolCall call, LocalCommand local, Io io) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try {
            Object content = local.run(call);
            tell(call, start, ToolResult.of(content), io);
            return content;
        } catch (IOException e) {
            tell(call, start, ToolResult.failed(String.valueOf(e.getMessage())), io);
            throw e;
        }
    }

    private synchronized void tell(ToolCall call, long start, ToolResult result, Io io) {
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (json) {
            io.out()
                    .println(Json.line(Json.object()
                            .put("call_id", call.callId())
                            .put("name", name)
                            .putPOJO("arguments", call.arguments())
                            .putPOJO("result", result)
                            .put("duration_ms", millis)));
        } else {
            io.out().println(ToolLine.asked(name, call.arguments()));
            io.out().println(ToolLine.answered(millis, result.content(), result.error()));
        }
        io.out().flush();
    }
}
