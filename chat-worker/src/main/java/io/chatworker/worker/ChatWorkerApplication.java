package io.chatworker.worker;

import io.chatworker.worker.observe.Build;
import io.chatworker.worker.observe.Traces;
import io.chatworker.worker.run.OwnFault;
import io.chatworker.worker.settings.InvalidSettings;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Starts the worker, which takes its settings from environment variables alone. */
public final class ChatWorkerApplication {

    private static final int BAD_SETTINGS = 2;

    private ChatWorkerApplication() {}

    /**
     * Runs until SIGTERM or SIGINT, then stops as {@link WorkerLifecycle} says and exits with 143 or 130; a second signal
     * ends it at once. Exits with 2 if a setting is bad.
     */
    public static void main(String[] arguments) {
        TerminationSignals.install();
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, fault) -> OwnFault.log("a thread ended (" + thread + ")", fault));
        try {
            start(System.getenv());
        } catch (InvalidSettings e) {
            System.err.println("chat-worker does not start, because of bad settings:");
            e.problems().forEach(problem -> System.err.println("  " + problem));
            System.exit(BAD_SETTINGS);
        }
    }

    /**
     * Starts a worker with these variables as its settings; closing the context drains and stops it.
     *
     * @throws InvalidSettings naming every bad variable and what it accepts
     */
    public static ConfigurableApplicationContext start(Map<String, String> variables) {
        WorkerSettings settings = WorkerSettings.from(variables);
        SpringApplication application = new SpringApplication(ChatWorkerConfiguration.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setKeepAlive(true);
        application.setDefaultProperties(
                settings.logFormat().properties(Build.current().version()));
        if (settings.traces().wanted()) {
            // Before anything else, so that a bad variable stops the start like any other.
            Traces traces = new Traces(settings.traces(), Build.current(), settings.place());
            application.addInitializers(
                    context -> ((GenericApplicationContext) context).registerBean(Traces.class, () -> traces));
        }
        application.addInitializers(
                context -> ((GenericApplicationContext) context).registerBean(WorkerSettings.class, () -> settings));
        return application.run();
    }
}
