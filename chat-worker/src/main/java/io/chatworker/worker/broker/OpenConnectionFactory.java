package io.chatworker.worker.broker;

import com.rabbitmq.client.Connection;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionListener;
import org.springframework.amqp.rabbit.connection.SimpleConnection;

/** Lets Spring's admin declare on a connection that is open already, instead of opening one of its own. */
final class OpenConnectionFactory implements ConnectionFactory {

    private static final int CLOSE_TIMEOUT_MS = 5_000;

    private final Connection connection;

    OpenConnectionFactory(Connection connection) {
        this.connection = connection;
    }

    @Override
    public org.springframework.amqp.rabbit.connection.Connection createConnection() {
        return new SimpleConnection(connection, CLOSE_TIMEOUT_MS) {
            // The connection is only borrowed.
            @Override
            public void close() {}
        };
    }

    @Override
    public @Nullable String getHost() {
        return connection.getAddress().getHostName();
    }

    @Override
    public int getPort() {
        return connection.getPort();
    }

    @Override
    public String getVirtualHost() {
        return "";
    }

    @Override
    public String getUsername() {
        return "";
    }

    @Override
    public void addConnectionListener(ConnectionListener listener) {}

    @Override
    public boolean removeConnectionListener(ConnectionListener listener) {
        return false;
    }

    @Override
    public void clearConnectionListeners() {}
}
