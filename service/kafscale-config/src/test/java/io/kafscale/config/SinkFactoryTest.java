package io.kafscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafscale.processor.Sink;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sink that an application brings. */
class SinkFactoryTest {

    private static final List<String> MADE = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    /** Stands for one in an application's jar. */
    public static final class Lake implements SinkFactory {
        static final Option<String> URI =
                Option.text("catalog.uri", "Where the catalog is.").required();
        static final Option<Object> COLUMNS = Option.tree("schema.columns", "The table's columns.");

        @Override
        public String type() {
            return "iceberg";
        }

        @Override
        public List<Option<?>> options() {
            return List.of(URI, COLUMNS);
        }

        @Override
        public Sink create(SinkConfig config) {
            MADE.add(config.topic() + " to " + config.target() + " at " + config.get(URI) + " with "
                    + config.find(COLUMNS) + ", table made: " + config.createTableIfMissing());
            return batch -> {};
        }
    }

    /** Claims a type that is built in. */
    public static final class SecondJsonl implements SinkFactory {
        @Override
        public String type() {
            return "jsonl";
        }

        @Override
        public Sink create(SinkConfig config) {
            return batch -> {};
        }
    }

    @BeforeEach
    void forget() {
        MADE.clear();
    }

    private ClassLoader bringing(Class<? extends SinkFactory> factory) throws IOException {
        Path services = Files.createDirectories(directory.resolve("jar/META-INF/services"));
        Files.writeString(services.resolve(SinkFactory.class.getName()), factory.getName());
        URL jar = directory.resolve("jar").toUri().toURL();
        return new URLClassLoader(new URL[] {jar}, SinkFactoryTest.class.getClassLoader());
    }

    private ConfigFile file(String common) throws IOException {
        return ConfigFile.in(directory, """
                s3: { bucket: log, namespace: default, region: eu-central-1 }
                offsets: { backend: etcd }
                %s
                mappings:
                  - topic: payments
                    sink: iceberg.lake.payments
                    mode: append
                    create_table_if_missing: true
                    schema:
                      columns:
                        - name: ${COLUMN:-id}
                          required: true
                """.formatted(common));
    }

    @Test
    void sinkOnTheClassPath_isFoundByItsType_andToldWhatTheFileSays() throws IOException {
        KafscaleConfig config = file("iceberg: { catalog: { uri: \"https://catalog\" } }")
                .with(bringing(Lake.class))
                .with(Map.of("COLUMN", "order"))
                .load();
        try (OpenedConfig opened = config.open()) {
            opened.builder().build().close();
        }
        assertThat(MADE)
                .containsExactly("payments to lake.payments at https://catalog with [{name=order, required=true}],"
                        + " table made: true");
    }

    @Test
    void itsOptions_areCheckedAsAllKeysAre() throws IOException {
        assertThat(file("iceberg: { catalog: { url: \"https://catalog\" } }\nsinks: { jsnol: { directory: x } }")
                        .with(bringing(Lake.class))
                        .problemsAtOpening())
                .containsExactly(
                        "3:23: iceberg.catalog.url is not a known key; the nearest is uri",
                        "4:10: sinks.jsnol names a sink of type \"jsnol\", and there is none; there are http, iceberg, jdbc,"
                                + " jsonl, stdout; the nearest is jsonl; for another, put a jar with a"
                                + " io.kafscale.config.SinkFactory of that type on the class path",
                        "7:11: mappings[0].options.catalog.uri is missing: where the catalog is");
    }

    @Test
    void valueThatHoldsItself_isRefused() throws IOException {
        String file = """
                s3: { bucket: log, namespace: default, region: eu-central-1 }
                mappings:
                  - topic: payments
                    sink: iceberg.lake.payments
                    schema: { columns: &all [ *all ] }
                iceberg: { catalog: { uri: "https://catalog" } }
                """;
        assertThat(ConfigFile.in(directory, file).with(bringing(Lake.class)).problemsAtOpening())
                .containsExactly("5:24: mappings[0].schema.columns holds itself, by an alias; write it out");
    }

    @Test
    void typeThatAnotherHas_isRefused() throws IOException {
        ConfigFile file = file("").with(bringing(SecondJsonl.class));
        assertThatThrownBy(file::load)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("both io.kafscale.config.JsonlSinkFactory and " + SecondJsonl.class.getName()
                        + " make sinks of type jsonl; take one of them off the class path");
    }
}
