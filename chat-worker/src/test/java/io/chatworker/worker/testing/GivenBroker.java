package io.chatworker.worker.testing;

/** A broker that was there before and stays: it is not ours to stop. */
final class GivenBroker extends TestBroker {

    private final String uri;

    GivenBroker(String uri) {
        this.uri = uri;
    }

    @Override
    public String uri() {
        return uri;
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public void kill() {
        throw new UnsupportedOperationException("a given broker is not killed; take a private one");
    }

    @Override
    public String rabbitmqctl(String... arguments) {
        throw new UnsupportedOperationException("a given broker is only spoken to by AMQP; take a private one");
    }

    @Override
    public String put(String name, String content) {
        throw new UnsupportedOperationException("a given broker reads none of our files; take a private one");
    }

    @Override
    public int tlsPort() {
        throw new UnsupportedOperationException("a given broker is only known by its URI; take a private one");
    }

    @Override
    public int metricsPort() {
        return tlsPort();
    }
}
