package io.chatworker.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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
        write("rsa.pem", RSA.certificatePem());
        write("rsa.key", RSA.privateKeyPkcs8Pem());
        write("rsa.pkcs1.key", RSA.privateKeyPkcs1Pem());
        write("empty.pem", "");
        write("text.pem", "very-secret");
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    private Tls read(String... files) {
        for (int i = 0; i < files.length; i += 2) {
            variables.put(files[i], folder.resolve(files[i + 1]).toString());
        }
        Env env = new Env(variables);
        Tls tls = Tls.from(env, "CA", "CERT", "KEY");
        env.check();
        return tls;
    }

    private List<String> problems(String... files) {
        return catchThrowableOfType(InvalidSettings.class, () -> read(files)).problems();
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
    }

    @Test
    void aFileThatIsNoneIsNamedWithItsVariable() {
        assertThat(problems("CA", "nowhere.pem", "CERT", "empty.pem", "KEY", "text.pem"))
                .containsExactly(
                        "CA must be a PEM file with certificates, and " + folder.resolve("nowhere.pem")
                                + " can not be read",
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
