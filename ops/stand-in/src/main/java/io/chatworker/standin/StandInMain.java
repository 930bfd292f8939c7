package io.chatworker.standin;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line: listens until SIGTERM or Ctrl-C. */
@Command(
        name = "stand-in",
        description = "Serves Ollama's HTTP API from recorded answers. No model runs.",
        mixinStandardHelpOptions = true,
        versionProvider = StandInMain.Version.class,
        sortOptions = false)
public final class StandInMain implements Callable<Integer> {

    @Option(
            names = "--port",
            defaultValue = "11434",
            description = "port; 0 for any free one (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "address (default: ${DEFAULT-VALUE})")
    private String host = "";

    @Option(
            names = "--pace",
            defaultValue = "1",
            description = "speed relative to the recording, 0 for no pauses (default: ${DEFAULT-VALUE})")
    private double pace;

    @Option(
            names = "--models",
            split = ",",
            paramLabel = "NAME",
            description = "models it lists (default: " + StandInSettings.DEFAULT_MODEL + ")")
    private List<String> models = new ArrayList<>();

    @Option(names = "--strict-models", description = "reject models that are not listed")
    private boolean strictModels;

    @Option(names = "--port-file", paramLabel = "FILE", description = "write the port to this file once it listens")
    private @Nullable Path portFile;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** Exits with 0 after a clean end, 1 if it cannot listen, 2 for a wrong option, 143 after SIGTERM. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new StandInMain());
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var standIn = StandIn.start(new StandInSettings(host, port, pace, models, strictModels))) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(standIn::close));
            announce(standIn);
            standIn.awaitClosed();
            return 0;
        } catch (BindException e) {
            return failed("cannot listen on " + host + ":" + port + " (" + e.getMessage()
                    + "): end the program that listens there, or choose another with --port");
        } catch (SocketException e) {
            return failed("cannot listen on " + host + ":" + port + " (" + e.getMessage() + ")");
        } catch (IOException e) {
            return failed("cannot write --port-file (" + e + ")");
        } catch (IllegalArgumentException e) {
            return failed(String.valueOf(e.getMessage()));
        }
    }

    private void announce(StandIn standIn) throws IOException {
        if (portFile != null) {
            writePort(portFile, standIn.port());
        }
        var out = spec.commandLine().getOut();
        out.println("stand-in for Ollama: plays recorded answers, no model runs here; listening on " + standIn.url());
        out.flush();
    }

    // Moved into place, so that nobody who waits for the file reads half of it.
    private static void writePort(Path file, int port) throws IOException {
        var next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, port + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private int failed(String sentence) {
        spec.commandLine().getErr().println("stand-in: " + sentence);
        return 1;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = StandInMain.class.getPackage().getImplementationVersion();
            return new String[] {"stand-in " + (version == null ? "(not packaged)" : version)};
        }
    }
}
