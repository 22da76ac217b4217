package io.kafscale.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EtcdServerTest {

    @Test
    void program_thatEtcdBinNames_comesFirst() {
        assertThat(EtcdServer.program(Map.of("ETCD_BIN", "/opt/etcd", "PATH", "/usr/bin")))
                .isEqualTo("/opt/etcd");
    }

    @Test
    void program_whereThereIsNone_saysWhatToInstall() {
        assertThatThrownBy(() -> EtcdServer.program(Map.of("PATH", "/nowhere")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("these tests need etcd: install Debian's etcd-server, or set ETCD_BIN to the program");
    }
}
