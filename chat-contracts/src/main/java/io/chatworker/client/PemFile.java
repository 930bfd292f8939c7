package io.chatworker.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Certificates and private keys in PEM files (RFC 7468), which may hold other blocks and words between them. */
final class PemFile {

    /** Label and Base64 of a block. */
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final List<String> CERTIFICATE = List.of("CERTIFICATE", "X509 CERTIFICATE");
    /** One that RFC 8410 and later use is named like its key. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "DSA", "SHA256withDSA");

    private PemFile() {}

    /**
     * All certificates of the file, at least one.
     *
     * @throws IllegalArgumentException where there is none, with what is accepted
     */
    static List<X509Certificate> certificates(Path file) {
        String accepted = "a PEM file with certificates, and " + file;
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            for (MatchResult block : blocks(file, accepted)) {
                if (CERTIFICATE.contains(block.group(1))) {
                    certificates.add((X509Certificate) x509.generateCertificate(new ByteArrayInputStream(der(block))));
                }
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException(accepted + " has a broken one", e);
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(accepted + " has none");
        }
        return certificates;
    }

    /**
     * The first private key of the file, as PKCS #8, PKCS #1 (RSA) or SEC 1 (EC).
     *
     * @throws IllegalArgumentException where there is none, with what is accepted
     */
    static PrivateKey privateKey(Path file) {
        String accepted = "a PEM file with an unencrypted private key, and " + file;
        try {
            for (MatchResult block : blocks(file, accepted)) {
                PrivateKey key = key(block);
                if (key != null) {
                    return key;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(accepted + " has a broken one", e);
        }
        throw new IllegalArgumentException(accepted + " has none");
    }

    /** Whether this is the private key of the certificate. */
    static boolean belongs(PrivateKey key, X509Certificate certificate) {
        byte[] text = "belongs".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature =
                    Signature.getInstance(SIGNATURES.getOrDefault(key.getAlgorithm(), key.getAlgorithm()));
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // Of another kind than the certificate's.
            return false;
        }
    }

    private static @Nullable PrivateKey key(MatchResult block) throws GeneralSecurityException {
        return switch (block.group(1)) {
            case "PRIVATE KEY" -> PrivateKeyForm.pkcs8(der(block));
            case "RSA PRIVATE KEY" -> PrivateKeyForm.pkcs1(der(block));
            case "EC PRIVATE KEY" -> PrivateKeyForm.sec1(der(block));
            default -> null;
        };
    }

    private static byte[] der(MatchResult block) throws CertificateException {
        try {
            return Base64.getMimeDecoder().decode(block.group(2));
        } catch (IllegalArgumentException e) {
            throw new CertificateException("not Base64", e);
        }
    }

    private static List<MatchResult> blocks(Path file, String accepted) {
        try {
            return BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .results()
                    .toList();
        } catch (IOException e) {
            throw new IllegalArgumentException(accepted + " cannot be read", e);
        }
    }
}
