package io.kafscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as users of the Go processors have them, keys and shape. */
class GoFilesTest {

    private static final String TEMPLATE = """
            s3:
              bucket: log
              namespace: default
              region: eu-central-1

            offsets:
              backend: etcd

            mappings:
              - topic: payments
                sink: iceberg.lake.payments
                mode: append
                create_table_if_missing: true
            """;

    private static final String SOUND = TEMPLATE.replace("iceberg.lake.payments", "stdout");

    private static final String ICEBERG = """
            s3:
              bucket: log
              namespace: default
              endpoint: ""
              region: eu-central-1
              path_style: false

            iceberg:
              catalog:
                type: rest
                uri: https://catalog.lake
                token: ""
                username: ""
                password: ""
              warehouse: s3://lake/payments

            offsets:
              backend: etcd
              lease_ttl_seconds: 30
              key_prefix: processors

            processor:
              poll_interval_seconds: 5

            discovery:
              mode: auto

            etcd:
              endpoints:
                - http://etcd:2379
              username: ""
              password: ""

            schema:
              mode: off
              registry:
                base_url: https://registry.lake
                timeout_seconds: 5
                cache_seconds: 300

            mappings:
              - topic: payments
                %s
                mode: append
                create_table_if_missing: true
                lfs:
                  mode: "off"
            """;

    @TempDir
    private Path directory;

    @Test
    void templatesFile_loads_andSharesTheGoProcessorsOffsets() throws IOException {
        KafscaleConfig config = ConfigFile.in(directory, TEMPLATE).load();
        assertThat(config.topics()).containsExactly("payments");
        assertThat(config.group()).isEqualTo("processors");
        assertThat(config.service().httpPort()).isEqualTo(9093);
    }

    @Test
    void templatesFile_toASinkThatIsThere_opens() throws IOException {
        String file = SOUND;
        try (OpenedConfig opened = ConfigFile.in(directory, file).load().open()) {
            assertThatCode(() -> opened.builder().build().close()).doesNotThrowAnyException();
        }
    }

    @Test
    void icebergMapping_withoutThatSink_isToldWhichThereAreAndHowToBringOne() throws IOException {
        assertThat(ConfigFile.in(directory, TEMPLATE).problemsAtOpening())
                .containsExactly(
                        "11:11: mappings[0].sink names a sink of type \"iceberg\", and there is none; there are http,"
                                + " jdbc, jsonl, stdout; for another, put a jar with a io.kafscale.config.SinkFactory of that"
                                + " type on the class path");
    }

    @Test
    void icebergProcessorsFile_rewritten_loads() throws IOException {
        String file = ICEBERG.formatted("sink: iceberg.lake.payments");
        assertThat(ConfigFile.in(directory, file).load().topics()).containsExactly("payments");
    }

    @Test
    void table_withoutSink_isToldTheRewrite() throws IOException {
        assertThat(ConfigFile.in(directory, ICEBERG.formatted("table: lake.payments"))
                        .problems())
                .containsExactly("43:12: mappings[0].table is how the Iceberg processor says it; write sink:"
                        + " iceberg.lake.payments instead");
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "\"off\"", "false", "", "\"\""})
    void off_inWhateverWayYamlHasIt_isOff(String off) throws IOException {
        String file = ICEBERG.formatted("sink: stdout").replace("mode: off", "mode: " + off);
        assertThatCode(() -> ConfigFile.in(directory, file).load().open().close())
                .doesNotThrowAnyException();
    }

    @Test
    void keysThatAlterData_areRefusedWithTheReason() throws IOException {
        String file = ICEBERG.formatted("sink: stdout")
                .replace("mode: off", "mode: strict")
                .replace("mode: append", "mode: upsert")
                .replace("mode: \"off\"", "mode: resolve");
        List<String> problems = ConfigFile.in(directory, file).problems();
        assertThat(problems)
                .containsExactly(
                        "35:9: schema.mode is \"strict\", but records are not validated here, and passing them on unseen"
                                + " would not be the same; say off, or leave it out",
                        "44:11: mappings[0].mode is \"upsert\", but records are appended, never merged or overwritten;"
                                + " say append, or leave it out",
                        "47:13: mappings[0].lfs.mode is \"resolve\", but values that stand for a large object are not"
                                + " resolved here; say off, or leave it out");
    }

    @Test
    void columns_forASinkThatKnowsNone_areRefused() throws IOException {
        String file = SOUND + "    schema:\n      columns:\n        - name: id\n          type: long\n";
        assertThat(ConfigFile.in(directory, file).problemsAtOpening())
                .containsExactly("15:7: mappings[0].schema shapes what is written, and sinks of type stdout know no"
                        + " schema; take it out");
    }

    @Test
    void namespace_unsaid_isAskedFor() throws IOException {
        assertThat(ConfigFile.in(directory, SOUND.replace("  namespace: default\n", ""))
                        .problems())
                .containsExactly(
                        "2:11: s3.namespace is missing: say namespace: default, under which brokers write unless"
                                + " they were told otherwise, or theirs; \"\" when the topics lie at the bucket's root");
    }

    @Test
    void bucket_unsaid_isAskedFor() throws IOException {
        assertThat(ConfigFile.in(directory, SOUND.replace("  bucket: log\n", ""))
                        .problems())
                .containsExactly("1:1: s3.bucket is missing: say which bucket the brokers write to, or name a directory"
                        + " as segments.directory");
    }
}
