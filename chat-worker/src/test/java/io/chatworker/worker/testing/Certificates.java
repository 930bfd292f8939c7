package io.chatworker.worker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** An authority, and those it vouches for: a server that is only {@code localhost} or {@code my_server}, and a client. */
public final class Certificates {

    private static final Path SAMPLE = Path.of("..", "ops", "rabbitmq", "30-tls.conf.sample");

    private final HeldCertificate authority =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private final HeldCertificate server = new HeldCertificate.Builder()
            .signedBy(authority)
            .commonName("server")
            .addSubjectAlternativeName("localhost")
            .addSubjectAlternativeName("my_server")
            .build();
    private final HeldCertificate client = new HeldCertificate.Builder()
            .signedBy(authority)
            .commonName("client")
            .build();
    private final Path folder;

    /** With {@code ca.pem}, {@code client.pem} and {@code client.key} in a folder that goes with the JVM. */
    public Certificates() {
        try {
            folder = Files.createTempDirectory("chat-worker-certificates-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        folder.toFile().deleteOnExit();
        write("ca.pem", authority.certificatePem());
        write("client.pem", client.certificatePem());
        write("client.key", client.privateKeyPkcs8Pem());
    }

    private void write(String name, String content) {
        try {
            Files.writeString(folder.resolve(name), content).toFile().deleteOnExit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For settings: where a file is. */
    public String file(String name) {
        return folder.resolve(name).toString();
    }

    /** A broker by {@code ops/rabbitmq/30-tls.conf.sample}. */
    public BrokerConfiguration broker(boolean demandsClients) {
        try {
            List<String> lines = Files.readAllLines(SAMPLE).stream()
                    .map(line -> line.replace("/etc/rabbitmq/tls", "{folder}")
                            .replace("listeners.ssl.default = 5671", "listeners.ssl.default = {tls}")
                            .replace("fail_if_no_peer_cert = false", "fail_if_no_peer_cert = " + demandsClients))
                    .toList();
            return new BrokerConfiguration(
                    lines,
                    Map.of(
                            "ca.pem", authority.certificatePem(),
                            "broker.pem", server.certificatePem(),
                            "broker.key", server.privateKeyPkcs8Pem()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a server of HTTPS. */
    public SSLSocketFactory serverSockets() {
        return new HandshakeCertificates.Builder()
                .heldCertificate(server)
                .build()
                .sslSocketFactory();
    }
}
