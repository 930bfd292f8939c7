package io.chatworker.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;

/**
 * Private keys in the three forms of PEM files. The JDK reads PKCS #8 alone, so the two older forms, which hold the same
 * numbers without saying of which algorithm they are, are put into that (RFC 5208, RFC 8017 A.1.2, RFC 5915).
 */
final class PrivateKeyForm {

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int EC_PARAMETERS = 0xa0;
    private static final byte[] VERSION_0 = der(INTEGER, new byte[] {0});
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS", "DSA");

    private PrivateKeyForm() {}

    static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // Of another algorithm.
            }
        }
        throw new InvalidKeySpecException("a key of none of " + ALGORITHMS);
    }

    static PrivateKey pkcs1(byte[] der) throws GeneralSecurityException {
        return pkcs8(der(SEQUENCE, VERSION_0, der(SEQUENCE, RSA), der(OCTET_STRING, der)));
    }

    static PrivateKey sec1(byte[] der) throws GeneralSecurityException {
        return pkcs8(der(SEQUENCE, VERSION_0, der(SEQUENCE, EC, curve(der)), der(OCTET_STRING, der)));
    }

    /** The curve's name out of {@code SEQUENCE { version, key, [0] curve, … }}. */
    private static byte[] curve(byte[] der) throws InvalidKeySpecException {
        try {
            ByteBuffer fields = content(ByteBuffer.wrap(der), SEQUENCE);
            content(fields, INTEGER);
            content(fields, OCTET_STRING);
            ByteBuffer parameters = content(fields, EC_PARAMETERS);
            byte[] curve = new byte[parameters.remaining()];
            parameters.get(curve);
            return curve;
        } catch (RuntimeException e) {
            throw new InvalidKeySpecException("a key without its curve", e);
        }
    }

    /** The content of the next element, which must have this tag. */
    private static ByteBuffer content(ByteBuffer from, int tag) {
        if ((from.get() & 0xff) != tag) {
            throw new IllegalArgumentException("another element");
        }
        int length = from.get() & 0xff;
        if (length > 0x80) {
            int bytes = length - 0x80;
            length = 0;
            for (int i = 0; i < bytes; i++) {
                length = (length << 8) | (from.get() & 0xff);
            }
        }
        ByteBuffer content = from.slice().limit(length);
        from.position(from.position() + length);
        return content;
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        element.write(tag);
        if (content.size() < 0x80) {
            element.write(content.size());
        } else {
            // Two bytes are enough for any key.
            element.write(0x82);
            element.write(content.size() >> 8);
            element.write(content.size());
        }
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
