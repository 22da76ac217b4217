package io.kafscale.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.testkit.EtcdServer;
import io.kafscale.testkit.SelfSignedCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EtcdTlsTest {

    private static final Duration TTL = Duration.ofSeconds(30);

    @TempDir
    private static Path directory;

    private static Path certificate;
    private static Path key;
    private static EtcdServer etcd;

    @BeforeAll
    static void startEtcd() {
        SelfSignedCertificate shown = SelfSignedCertificate.in(directory);
        certificate = shown.certificate();
        key = shown.key();
        etcd = EtcdServer.startWithTls(certificate, key);
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @Test
    void join_withTheCertificates_works() throws Exception {
        try (EtcdCheckpointStore store = EtcdCheckpointStore.builder(etcd.endpoint())
                .trustedCertificates(certificate)
                .clientCertificate(certificate, key)
                .build()) {
            assertThat(store.join("g", TTL).heartbeat().owners()).isEmpty();
        }
    }

    @Test
    void join_withoutAClientCertificate_isRefused() {
        try (EtcdCheckpointStore store = EtcdCheckpointStore.builder(etcd.endpoint())
                .trustedCertificates(certificate)
                .build()) {
            assertThatThrownBy(() -> store.join("g", TTL))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("etcd at " + etcd.endpoint() + " cannot be reached");
        }
    }

    @Test
    void join_toAServerThatIsNotTrusted_saysSo() {
        try (EtcdCheckpointStore store = EtcdCheckpointStore.connect(etcd.endpoint())) {
            assertThatThrownBy(() -> store.join("g", TTL))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("etcd at " + etcd.endpoint() + " cannot be reached")
                    .hasMessageContaining("unable to find valid certification path");
        }
    }

    @Test
    void build_withCertificatesThatAreNone_namesWhatIsWrong() {
        assertThatThrownBy(() -> EtcdCheckpointStore.builder(etcd.endpoint())
                        .trustedCertificates(directory.resolve("missing.pem"))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the certificates for " + etcd.endpoint() + " cannot be used")
                .hasMessageContaining("missing.pem");
        assertThatThrownBy(() -> EtcdCheckpointStore.builder("http://etcd:2379")
                        .trustedCertificates(certificate)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("say https");
    }
}
