package io.chatworker.worker.testing;

import io.chatworker.worker.ChatWorkerApplication;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A worker as a process of its own, by this JVM's class path and JDK. */
public final class WorkerProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("management port (\\d+)");

    private final JavaProcess java;
    private final Process process;

    private WorkerProcess(JavaProcess java) {
        this.java = java;
        this.process = java.process();
    }

    /** Starts one; its environment has these variables and what an operating system needs. */
    public static WorkerProcess start(Map<String, String> variables) {
        return start(variables, "256m");
    }

    /** Starts one that logs as it does outside of tests: without their folder on its class path. */
    public static WorkerProcess startWithItsOwnLog(Map<String, String> variables) {
        // Not the jar of Surefire's that names them all in its manifest.
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String classPath = Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        return start(variables, "256m", "-cp", classPath, ChatWorkerApplication.class.getName());
    }

    /** Starts one with a heap of its own size, as {@code -Xmx} takes it. */
    public static WorkerProcess start(Map<String, String> variables, String heap) {
        return start(variables, heap, "-cp", JavaProcess.classPath(), ChatWorkerApplication.class.getName());
    }

    /** Starts the worker of any build by its jar. */
    public static WorkerProcess startJar(Path jar, Map<String, String> variables) {
        return start(variables, "256m", "-jar", jar.toString());
    }

    private static WorkerProcess start(Map<String, String> variables, String heap, String... what) {
        List<String> arguments = new ArrayList<>(List.of("-Xmx" + heap, "-XX:+ExitOnOutOfMemoryError"));
        arguments.addAll(List.of(what));
        return new WorkerProcess(JavaProcess.start(variables, arguments.toArray(String[]::new)));
    }

    /** Waits until it takes requests. */
    public WorkerProcess ready() {
        Waits.until(
                () -> "a ready worker process; it printed " + output(),
                () -> managementPort() > 0 && get("/actuator/health/readiness").statusCode() == 200);
        return this;
    }

    /** Asks its management port. */
    public HttpResponse<String> get(String path) {
        return TestWorker.get(managementPort(), path);
    }

    /** All it printed. */
    public List<String> output() {
        return java.output();
    }

    /** Waits until it has printed this, which may take an outage's time. */
    public void awaitPrinted(String text) {
        Waits.until(
                Waits.LONG_PATIENCE,
                () -> "'" + text + "' from a worker that printed " + output(),
                () -> output().stream().anyMatch(line -> line.contains(text)));
    }

    /** SIGTERM; the handle leaves the output open, which the process itself would close. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Any signal, by its name without SIG. */
    public void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Runs a command of the JDK's {@code jcmd} in it and returns what that printed. */
    public String jcmd(String command) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            return TestBroker.output(new ProcessBuilder(jcmd.toString(), Long.toString(pid()), command)
                    .redirectErrorStream(true)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its metrics. */
    public Scrape scrape() {
        return Scrape.of(get("/actuator/prometheus").body());
    }

    /** Deliveries that have no verdict yet, by its metrics. */
    public int inFlight() {
        return (int) scrape().sum("chat_requests_in_flight");
    }

    /** Waits for its end; the exit code. */
    public int awaitExit() {
        try {
            if (!process.waitFor(Waits.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the worker process did not end; it printed " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Where its health is; 0 before it has said so. */
    public int managementPort() {
        return java.number(PORT);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
