package io.kafscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafscaleConfigTest {

    private static final String LOCAL = """
            group: files
            segments: { directory: "%s", namespace: golden }
            offsets: { backend: memory }
            mappings:
              - topic: orders
                sink: stdout
            """.formatted(ConfigFile.SEGMENTS);

    @TempDir
    private Path directory;

    @Test
    void wrongFile_isToldAllAtOnce_byPosition() throws IOException {
        String file = """
                groop: files
                s3:
                  bucket: log
                  path_style: maybe
                offsets:
                  backend: zookeeper
                  lease_ttl_seconds: 0.5
                processor:
                  pol_interval_seconds: 5
                  max_concurrent_writes: 0
                  max_buffered_bytes: 12 apples
                  max_partitions: [1, 2]
                endpoint: http://minio:9000
                http:
                  port: 70000
                mappings:
                  - topic: orders
                    sink: jsnol.orders
                    on_overlap: ignore
                  - topic: orders
                    sink: http.there
                    options:
                      url: ftp://there
                      max_record: 5
                  - sink: stdout
                  - topic: a/b
                    sink: stdout
                  - topics: "orders-["
                    sink: stdout
                  - topics: orders-.*
                    topic: returns
                    sink: stdout
                """;
        assertThat(ConfigFile.in(directory, file).problems())
                .containsExactly(
                        "1:1: groop is not a known key; the nearest is group",
                        "3:11: s3.namespace is missing: say namespace: default, under which brokers write unless they were"
                                + " told otherwise, or theirs; \"\" when the topics lie at the bucket's root",
                        "4:15: s3.path_style is \"maybe\", but it takes true or false",
                        "6:12: offsets.backend is \"zookeeper\", but it takes one of etcd, s3, jdbc, memory",
                        "7:22: offsets.lease_ttl_seconds: the lease TTL must be at least PT1S, not PT0.5S",
                        "9:3: processor.pol_interval_seconds is not a known key; the nearest is poll_interval_seconds",
                        "10:26: processor.max_concurrent_writes is \"0\", but it takes a whole number from 1 to"
                                + " 2147483647",
                        "11:23: processor.max_buffered_bytes is \"12 apples\", but it takes a number of bytes, such as"
                                + " 1048576 or 1MiB",
                        "12:19: processor.max_partitions takes a whole number from 1 to 2147483647, not a section or"
                                + " list",
                        "13:1: endpoint is not a known key; s3.endpoint is",
                        "15:9: http.port is \"70000\", but it takes a whole number from 0 to 65535",
                        "18:11: mappings[0].sink names a sink of type \"jsnol\", and there is none; there are http, jdbc, jsonl,"
                                + " stdout; the nearest is jsonl; for another, put a jar with a"
                                + " io.kafscale.config.SinkFactory of that type on the class path",
                        "19:17: mappings[0].on_overlap is \"ignore\", but it takes one of report, stop",
                        "20:12: topic orders has a sink already, in line 17; one sink that calls both is what you want",
                        "23:12: mappings[1].options.url is \"ftp://there\", but it takes a URL such as"
                                + " https://host:8080/path, without a user in it",
                        "24:7: mappings[1].options.max_record is not a known key; the nearest is max_records",
                        "25:5: mappings[2].topic is missing: say which topic goes there, or in topics what the names of"
                                + " several look like, as in topics: orders-.*",
                        "26:12: mappings[3].topic is \"a/b\", but it takes 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-'",
                        "28:13: mappings[4].topics is \"orders-[\", but it takes a regular expression for the whole of a"
                                + " name, such as orders-.*",
                        "30:13: mappings[5].topics and topic both say which records go there; keep one");
    }

    @Test
    void noYaml_isToldWhere() throws IOException {
        assertThat(ConfigFile.in(directory, "s3:\n  bucket: [a, b\n").problems())
                .singleElement()
                .asString()
                .startsWith("3:1: this is no YAML: expected ',' or ']'");
        assertThat(ConfigFile.in(directory, "# nothing\n").problems())
                .containsExactly("1:1: the file is empty; it has to say where the segments are and where they go");
        assertThat(ConfigFile.in(directory, "- a\n").problems())
                .contains("1:1: the file has to be a section of keys and values");
    }

    @Test
    void keyTwice_isRefused() throws IOException {
        assertThat(ConfigFile.in(directory, LOCAL + "group: others\n").problems())
                .containsExactly("7:1: group is there twice; keep one");
    }

    @Test
    void noSuchFile_isNamed() {
        assertThatThrownBy(() -> KafscaleConfig.load(directory.resolve("none.yaml")))
                .isInstanceOf(IOException.class)
                .hasMessage("there is no file " + directory.resolve("none.yaml"));
    }

    @Test
    void group_isAskedForWhereNoPrefixTellsApplicationsApart() throws IOException {
        assertThat(ConfigFile.in(directory, LOCAL.replace("group: files\n", "")).problems())
                .containsExactly(
                        "1:1: group is missing: two applications without one would each get half the data; give"
                                + " this one a name");
    }

    @Test
    void directoryThatIsNotThere_isToldAtItsPlace() throws IOException {
        assertThat(ConfigFile.in(directory, LOCAL.replace(ConfigFile.SEGMENTS, "/no/such/place"))
                        .problemsAtOpening())
                .containsExactly("2:24: segments.directory cannot be opened: there is no directory /no/such/place");
    }

    @Test
    void variables_areFilledIn_theirDefaultsToo() throws IOException {
        String file = LOCAL.replace("group: files", "group: ${TEAM}-${APP:-files}")
                + "http: { port: \"${PORT:-0}\" }\nprocessor:\n  drain_limit_seconds: ${DRAIN}\n";
        KafscaleConfig config = ConfigFile.in(directory, file)
                .with(Map.of("TEAM", "red", "DRAIN", "2.5", "APP", ""))
                .load();
        assertThat(config.group()).isEqualTo("red-files");
        assertThat(config.service().httpPort()).isZero();
        assertThat(config.service().drainLimit()).isEqualTo(Duration.ofMillis(2500));
    }

    @Test
    void variableThatIsNotSet_isNamedAtItsPlace() throws IOException {
        assertThat(ConfigFile.in(directory, LOCAL.replace("group: files", "group: ${TEAM}"))
                        .problems())
                .containsExactly("1:8: group needs the environment variable TEAM, which is not set; set it, or write"
                        + " ${TEAM:-default}");
        assertThat(ConfigFile.in(directory, LOCAL.replace("sink: stdout", "sink: \"${\""))
                        .problems())
                .containsExactly(
                        "6:11: mappings[0].sink has a ${ that is no variable; write ${NAME} or ${NAME:-default}, or $${ for"
                                + " the characters themselves");
    }

    @Test
    void secrets_areInNoMessage() throws IOException {
        String file = LOCAL.replace("sink: stdout", """
                sink: http
                    options:
                      url: https://user:s3cret@host/x
                      authorization: [s3cret]
                      timeout_seconds: ${TOKEN}""") + """
                etcd:
                  password: [s3cret, s3cret]
                  username: ${TOKEN}
                  endpoints: [ "http://me:s3cret@etcd:2379" ]
                http:
                  port: ${TOKEN}
                """;
        ConfigFile config = ConfigFile.in(directory, file.replace("https://user:s3cret@host/x", "${TOKEN}"))
                .with(Map.of("TOKEN", "s3cret"));
        assertThat(config.problems())
                .hasSizeGreaterThanOrEqualTo(5)
                .noneMatch(problem -> problem.contains("s3cret"))
                .contains("16:9: http.port is \"${TOKEN}\", but it takes a whole number from 0 to 65535");
    }

    @Test
    void toString_showsFileGroupAndTopicsAlone() throws IOException {
        KafscaleConfig config = ConfigFile.in(directory, LOCAL + "jdbc: { url: 'jdbc:x', password: s3cret }\n")
                .load();
        assertThat(config.toString())
                .isEqualTo("KafscaleConfig[" + directory.resolve("config.yaml") + ", group=files, topics=[orders]]");
    }
}
