package io.kafscale.testkit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate for 127.0.0.1 that signs itself, made by the JDK's {@code keytool}: to be shown, and to be trusted.
 *
 * @param certificate PEM
 * @param key its private key, PEM, PKCS#8 without a password
 */
public record SelfSignedCertificate(Path certificate, Path key) {

    private static final String PASSWORD = "changeit";

    /** Makes one, in files of this directory. */
    public static SelfSignedCertificate in(Path directory) {
        Path store = directory.resolve("keys.p12");
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "own",
                            "-keyalg",
                            "RSA",
                            "-dname",
                            "CN=test",
                            "-ext",
                            "SAN=ip:127.0.0.1",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .inheritIO()
                    .start();
            if (keytool.waitFor() != 0) {
                throw new IOException("keytool made no certificate; its output says why");
            }
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            return new SelfSignedCertificate(
                    pem(directory, "CERTIFICATE", keys.getCertificate("own").getEncoded()),
                    pem(
                            directory,
                            "PRIVATE KEY",
                            keys.getKey("own", PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("keytool made no key store that this JDK reads", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted while keytool was at work"));
        }
    }

    private static Path pem(Path directory, String kind, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                directory.resolve(kind.replace(' ', '-') + ".pem"),
                "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }
}
