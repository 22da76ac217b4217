package io.kafscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenedConfigTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    @TempDir
    private Path directory;

    private ConfigFile file(String offsets) throws IOException {
        return ConfigFile.in(directory, """
                group: files
                segments: { directory: "%s", namespace: golden }
                mappings:
                  - topic: orders
                    sink: jsonl.out
                    options: { directory: "%s" }
                %s
                """.formatted(ConfigFile.SEGMENTS, directory, offsets));
    }

    @Test
    void offsetsInADatabase_areWhereTheNextRunGoesOn() throws IOException {
        ConfigFile file = file("offsets: { backend: jdbc }\njdbc: { url: \"jdbc:h2:file:" + directory + "/offsets\" }");
        try (RunningProcessor running = RunningProcessor.start(file.load())) {
            running.awaitCommit(ORDERS, 1000);
        }
        List<Path> files = written();
        try (RunningProcessor running = RunningProcessor.start(file.load())) {
            running.awaitCommit(ORDERS, 1000);
        }
        assertThat(written()).as("nothing came again").isEqualTo(files).isNotEmpty();
    }

    private List<Path> written() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("out"))) {
            return all.sorted().toList();
        }
    }

    @Test
    void check_saysWhatIsThere_andLeavesNothing() throws IOException {
        try (OpenedConfig opened = file("offsets: { backend: memory }").load().open()) {
            assertThat(opened.check())
                    .extracting(Reached::toString)
                    .containsExactly(
                            "ok      segments in " + ConfigFile.SEGMENTS + ": 8 topics in namespace \"golden\"",
                            "ok      offsets in memory of this process: group files is not there yet",
                            "ok      sink jsonl.out of orders: " + directory + " can be written to");
        }
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void topicsThatLookLikeIt_areProcessed_andCheckSaysWhichAreNotThere() throws IOException {
        ConfigFile file = ConfigFile.in(directory, """
                group: codecs
                segments: { directory: "%s", namespace: golden }
                offsets: { backend: memory }
                mappings:
                  - { topics: java-(lz4|zstd), sink: jsonl.codecs, options: { directory: "%s" } }
                  - { topics: parcels-.*, sink: stdout }
                """.formatted(ConfigFile.SEGMENTS, directory));
        assertThat(file.load().topics()).containsExactly("topics like java-(lz4|zstd)", "topics like parcels-.*");
        try (OpenedConfig opened = file.load().open()) {
            assertThat(opened.check().get(0).finding())
                    .startsWith("8 topics in namespace \"golden\", not yet [topics like parcels-.*]; ");
        }
        try (RunningProcessor running = RunningProcessor.start(file.load())) {
            running.awaitCommit(new TopicPartition("java-lz4", 0), 2002);
            running.awaitCommit(new TopicPartition("java-zstd", 0), 2002);
        }
        try (Stream<Path> written = Files.list(directory.resolve("codecs"))) {
            assertThat(written.map(path -> path.getFileName().toString().replaceAll("-[0-9].*", "")))
                    .contains("java-lz4", "java-zstd")
                    .allMatch(name -> name.equals("java-lz4") || name.equals("java-zstd"));
        }
    }

    @Test
    void check_namesWhatCannotBeReached_andWhichTopicsAreNotThere() throws IOException {
        ConfigFile file = ConfigFile.in(directory, """
                group: files
                segments: { directory: "%s", namespace: golden }
                etcd: { endpoints: "http://localhost:1, http://localhost:2", username: me, password: s3cret }
                mappings: [ { topic: parcels, sink: stdout } ]
                """.formatted(ConfigFile.SEGMENTS));
        try (OpenedConfig opened = file.load().open()) {
            List<Reached> results = opened.check();
            assertThat(results).extracting(Reached::isReached).containsExactly(true, false, false, true);
            assertThat(results.get(0).finding()).contains("not yet [parcels]").contains("orders");
            assertThat(results.get(1).toString())
                    .startsWith("FAILED  offsets in etcd at http://localhost:1, http://localhost:2: ")
                    .doesNotContain("s3cret");
            assertThat(results.get(2).what()).isEqualTo("topics in etcd at http://localhost:1, http://localhost:2");
        }
    }

    @Test
    void certificates_areOfUseInPairs_andHaveToBeThere() throws IOException {
        String etcd = "offsets: { backend: etcd }\netcd:\n  endpoints: https://etcd:2379\n  ";
        assertThat(file(etcd + "client_key: key.pem").problems())
                .containsExactly("10:15: etcd.client_certificate and etcd.client_key are both needed to show a"
                        + " certificate; say both");
        assertThat(file(etcd + "trusted_certificates: no-such.pem").problemsAtOpening())
                .containsExactly(
                        "9:14: etcd.endpoints: the certificates for https://etcd:2379 cannot be used: File does not"
                                + " contain valid certificates: no-such.pem");
    }

    @Test
    void driverThatIsNotThere_isToldWithoutTheUrl() throws IOException {
        assertThat(file("offsets: { backend: jdbc }\njdbc:\n  url: jdbc:nosuch://me:s3cret@host/x")
                        .problemsAtOpening())
                .containsExactly("9:8: jdbc.url names no database of which a driver is on the class path; check how it"
                        + " begins");
    }

    @Test
    void builder_handsTheStoresOverOnce() throws IOException {
        try (OpenedConfig opened = file("offsets: { backend: memory }").load().open()) {
            opened.builder().build().close();
            assertThatThrownBy(opened::builder)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the stores are another processor's already");
        }
    }
}
