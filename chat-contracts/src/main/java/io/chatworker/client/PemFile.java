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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM files (RFC 7468), which may hold other blocks and words between them. */
final class PemFile {

    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN (?<label>[A-Z0-9 ]+)-----\\s(?<base64>[A-Za-z0-9+/=\\s]+)-----END \\k<label>-----");
    /** One that RFC 8410 and later use is named like its key. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "DSA", "SHA256withDSA");

    /** What stands between {@code BEGIN label} and {@code END label}. */
    private record Block(String label, byte[] der) {}

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
            for (Block block : blocks(file, accepted)) {
                if (block.label.equals("CERTIFICATE") || block.label.equals("X509 CERTIFICATE")) {
                    certificates.add((X509Certificate) x509.generateCertificate(new ByteArrayInputStream(block.der)));
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
            for (Block block : blocks(file, accepted)) {
                switch (block.label) {
                    case "PRIVATE KEY":
                        return PrivateKeyForm.pkcs8(block.der);
                    case "RSA PRIVATE KEY":
                        return PrivateKeyForm.pkcs1(block.der);
                    case "EC PRIVATE KEY":
                        return PrivateKeyForm.sec1(block.der);
                    default:
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

    private static List<Block> blocks(Path file, String accepted) {
        List<Block> blocks = new ArrayList<>();
        try {
            Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            while (matcher.find()) {
                blocks.add(new Block(
                        matcher.group("label"), Base64.getMimeDecoder().decode(matcher.group("base64"))));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(accepted + " cannot be read", e);
        }
        return blocks;
    }
}
