package io.chatworker.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PEM files that settings name. */
class TlsTest {

    private static final HeldCertificate AUTHORITY =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private static final HeldCertificate OTHER_AUTHORITY =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private static final HeldCertificate CLIENT =
            new HeldCertificate.Builder().signedBy(AUTHORITY).build();
    private static final HeldCertificate RSA =
            new HeldCertificate.Builder().signedBy(AUTHORITY).rsa2048().build();

    @TempDir
    Path folder;

    private final Map<String, String> variables = new HashMap<>();

    @BeforeEach
    void writeFiles() throws IOException {
        write("ca.pem", AUTHORITY.certificatePem() + OTHER_AUTHORITY.certificatePem());
        write("client.pem", CLIENT.certificatePem() + AUTHORITY.certificatePem());
        write("client.key", CLIENT.privateKeyPkcs8Pem());
        write("client.sec1.key", sec1Pem(CLIENT));
        write("rsa.pem", RSA.certificatePem());
        write("rsa.key", RSA.privateKeyPkcs8Pem());
        write("rsa.pkcs1.key", RSA.privateKeyPkcs1Pem());
        write("empty.pem", "");
        write("text.pem", "very-secret");
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    private Tls read(List<String> problems, String... files) {
        for (int i = 0; i < files.length; i += 2) {
            variables.put(files[i], folder.resolve(files[i + 1]).toString());
        }
        return Tls.from(variables, "CA", "CERT", "KEY", problems::add);
    }

    private Tls read(String... files) {
        List<String> problems = new ArrayList<>();
        Tls tls = read(problems, files);
        assertThat(problems).isEmpty();
        return tls;
    }

    private List<String> problems(String... files) {
        List<String> problems = new ArrayList<>();
        read(problems, files);
        return problems;
    }

    @Test
    void withoutFilesTheJvmsOwnTrustHolds() {
        assertThat(read()).isNull();
    }

    @Test
    void everyAuthorityOfTheFileIsTrustedAndNoOther() {
        assertThat(read("CA", "ca.pem").trust().getAcceptedIssuers())
                .containsExactlyInAnyOrder(AUTHORITY.certificate(), OTHER_AUTHORITY.certificate());
    }

    @Test
    void withoutAnAuthorityOfItsOwnAClientTrustsThoseOfTheJvm() {
        assertThat(read("CERT", "client.pem", "KEY", "client.key").trust().getAcceptedIssuers())
                .hasSizeGreaterThan(10);
    }

    @Test
    void keysAreReadInEveryUsualForm() {
        assertThat(read("CERT", "client.pem", "KEY", "client.key")).isNotNull();
        assertThat(read("CERT", "rsa.pem", "KEY", "rsa.key")).isNotNull();
        assertThat(read("CERT", "rsa.pem", "KEY", "rsa.pkcs1.key")).isNotNull();
        assertThat(read("CERT", "client.pem", "KEY", "client.sec1.key")).isNotNull();
    }

    @Test
    void aFileMayHoldKeyCertificatesAndWords() throws IOException {
        write("all.pem", "my own\n" + CLIENT.privateKeyPkcs8Pem() + "subject=me\r\n" + CLIENT.certificatePem());

        assertThat(read("CERT", "all.pem", "KEY", "all.pem", "CA", "ca.pem")).isNotNull();
    }

    @Test
    void aKeyOfEdwardsCurvesIsReadAndFitsOnlyItsCertificate() throws Exception {
        PrivateKey key =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        write("ed.key", pem("PRIVATE KEY", key.getEncoded()));

        assertThat(PemFile.privateKey(folder.resolve("ed.key"))).isEqualTo(key);
        assertThat(problems("CERT", "client.pem", "KEY", "ed.key"))
                .containsExactly("KEY must be the key of the certificate in CERT");
    }

    @Test
    void anEncryptedKeyAndABrokenOneAreNotAccepted() throws IOException {
        write("encrypted.key", pem("ENCRYPTED PRIVATE KEY", new byte[] {1, 2, 3}));
        write("broken.key", pem("PRIVATE KEY", new byte[] {1, 2, 3}));
        write("broken.sec1.key", pem("EC PRIVATE KEY", new byte[] {0x30, 1}));
        write("cut.pem", "-----BEGIN CERTIFICATE-----\nAAAAA\n-----END CERTIFICATE-----\n");
        write("broken.pem", pem("CERTIFICATE", new byte[] {1, 2, 3}));

        assertThat(problems("CERT", "client.pem", "KEY", "encrypted.key"))
                .singleElement()
                .asString()
                .endsWith(" has none");
        assertThat(problems("CERT", "client.pem", "KEY", "broken.key"))
                .singleElement()
                .asString()
                .endsWith(" has a broken one");
        assertThat(problems("CERT", "client.pem", "KEY", "broken.sec1.key"))
                .singleElement()
                .asString()
                .endsWith(" has a broken one");
        assertThat(problems("CERT", "broken.pem", "KEY", "client.key"))
                .singleElement()
                .asString()
                .endsWith(" has a broken one");
        assertThat(problems("CERT", "cut.pem", "KEY", "client.key"))
                .singleElement()
                .asString()
                .endsWith(" has a broken one");
    }

    /** As {@code openssl ecparam -genkey} writes it for P-256: version 1, the number, and the curve's name. */
    private static String sec1Pem(HeldCertificate certificate) {
        String number =
                ((ECPrivateKey) certificate.keyPair().getPrivate()).getS().toString(16);
        String hex = "3031020101" + "0420" + "0".repeat(64 - number.length()) + number + "a00a06082a8648ce3d030107";
        return pem("EC PRIVATE KEY", HexFormat.of().parseHex(hex));
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    @Test
    void aFileThatIsNoneIsNamedWithItsVariable() {
        assertThat(problems("CA", "nowhere.pem", "CERT", "empty.pem", "KEY", "text.pem"))
                .containsExactly(
                        "CA must be a PEM file with certificates, and " + folder.resolve("nowhere.pem")
                                + " cannot be read",
                        "CERT must be a PEM file with certificates, and " + folder.resolve("empty.pem") + " has none",
                        "KEY must be a PEM file with an unencrypted private key, and " + folder.resolve("text.pem")
                                + " has none");
    }

    @Test
    void aKeyIsNoCertificateNorTheOtherWayRound() {
        assertThat(problems("CERT", "client.key", "KEY", "client.pem"))
                .hasSize(2)
                .allMatch(problem -> problem.endsWith(" has none"));
    }

    @Test
    void aKeyThatDoesNotFitItsCertificateIsTold() {
        assertThat(problems("CA", "ca.pem", "CERT", "client.pem", "KEY", "rsa.key"))
                .containsExactly("KEY must be the key of the certificate in CERT");
    }

    @Test
    void aCertificateNeedsItsKey() {
        assertThat(problems("CERT", "client.pem")).containsExactly("CERT and KEY must be set together");
        variables.clear();
        assertThat(problems("KEY", "client.key")).containsExactly("CERT and KEY must be set together");
    }
}
