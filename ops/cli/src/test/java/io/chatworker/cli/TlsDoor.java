package io.chatworker.cli;

import io.chatworker.worker.testing.Door;
import java.io.IOException;
import java.net.InetAddress;
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
    private final Door door;
    private final Path folder;

    TlsDoor(URI target, Path folder, boolean demandsCertificate) throws IOException {
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
        SSLServerSocket socket = (SSLServerSocket)
                shown.sslContext().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(demandsCertificate);
        door = new Door(socket, target.getHost(), target.getPort());
    }

    int port() {
        return door.port();
    }

    /** For settings: {@code ca.pem}, {@code client.pem} and {@code client.key}. */
    String file(String name) {
        return folder.resolve(name).toString();
    }

    @Override
    public void close() {
        door.close();
    }
}
