package io.chatworker.examples.web;

import io.chatworker.worker.testing.JavaProcess;
import io.chatworker.worker.testing.Waits;
import java.util.Map;
import java.util.regex.Pattern;

/** The service as a process of its own, by this JVM's class path. */
final class WebProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("started on port (\\d+)");

    private final JavaProcess java;

    WebProcess(String broker) {
        java = JavaProcess.start(
                Map.of("RABBITMQ_URI", broker, "PORT", "0"),
                "-Xmx128m",
                "-cp",
                JavaProcess.classPath(),
                WebChatApplication.class.getName());
        Waits.until(() -> "a web service; it printed " + java.output(), () -> java.number(PORT) > 0);
    }

    String url() {
        return "http://127.0.0.1:" + java.number(PORT) + "/";
    }

    @Override
    public void close() {
        java.close();
    }
}
