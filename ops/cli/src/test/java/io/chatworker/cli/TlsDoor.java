package io.chatworker.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLServerSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A TLS proxy for a server without TLS, for {@code localhost} only and for clients with a certificate of its authority. */
final class TlsDoor implements AutoCloseable {

    private final HeldCertificate authority =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private final SSLServerSocket door;
    private final URI target;
    private final Path folder;

    TlsDoor(URI target, Path folder, boolean demandsCertificate) throws IOException {
        this.target = target;
        this.folder = folder;
        HeldCertificate server = new HeldCertificate.Builder()
                .signedBy(authority)
                .addSubjectAlternativeName("localhost")
                .addSubjectAlternativeName("my_server")
                .build();
        HeldCertificate client =
                new HeldCertificate.Builder().signedBy(authority).build();
        Files.writeString(folder.resolve("ca.pem"), authority.certificatePem());
        Files.writeString(folder.resolve("client.pem"), client.certificatePem());
        Files.writeString(folder.resolve("client.key"), client.privateKeyPkcs8Pem());
        HandshakeCertificates shown = new HandshakeCertificates.Builder()
                .heldCertificate(server)
                .addTrustedCertificate(authority.certificate())
                .build();
        door = (SSLServerSocket)
                shown.sslContext().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        door.setNeedClientAuth(demandsCertificate);
        Thread.ofVirtual().name("tls door").start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** For settings: {@code ca.pem}, {@code client.pem} and {@code client.key}. */
    String file(String name) {
        return folder.resolve(name).toString();
    }

    @SuppressWarnings("resource") // Each direction closes both at its end.
    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Socket server = new Socket(target.getHost(), target.getPort());
                Thread.ofVirtual().start(() -> pass(client, server));
                Thread.ofVirtual().start(() -> pass(server, client));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One end is gone, so close the other too.
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
