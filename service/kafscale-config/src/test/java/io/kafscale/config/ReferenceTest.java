package io.kafscale.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written about the keys agrees with them. With {@code -Dkafscale.regenerate=true} it is written anew. */
class ReferenceTest {

    private static final Path ROOT =
            Path.of(System.getProperty("kafscale.golden")).getParent();
    private static final boolean REGENERATE = Boolean.getBoolean("kafscale.regenerate");
    private static final String HINT =
            "run mvn test -pl service/kafscale-config -am -Dtest=ReferenceTest -Dkafscale.regenerate=true"
                    + " -Dsurefire.failIfNoSpecifiedTests=false";

    @Test
    void referencePage_hasEveryKey() throws IOException {
        Path page = ROOT.resolve("docs/configuration.md");
        String written = Files.readString(page);
        check(page, written, ReferencePage.update(written));
    }

    @Test
    void schema_hasEveryKey() throws IOException {
        Path schema =
                ROOT.resolve("service/kafscale-config/src/main/resources/io/kafscale/config/kafscale.schema.json");
        check(schema, Files.exists(schema) ? Files.readString(schema) : "", JsonSchema.generate());
    }

    private static void check(Path file, String written, String generated) throws IOException {
        if (REGENERATE) {
            Files.writeString(file, generated);
        } else {
            assertThat(written).as(HINT).isEqualTo(generated);
        }
    }

    static Stream<String> names() {
        return Stream.of(FileKeys.ALL, MappingKeys.ALL).flatMap(List::stream).map(Option::name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyKey_isInSmallLettersAndDescribed(String name) {
        Option<?> option = Stream.of(FileKeys.ALL, MappingKeys.ALL)
                .flatMap(List::stream)
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(name).matches("[a-z0-9_]+(\\.[a-z0-9_]+)*");
        assertThat(option.meaning()).endsWith(".").doesNotContain("|");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_loads(Path example) throws IOException {
        KafscaleConfig config = KafscaleConfig.load(example, Map.of(), ReferenceTest.class.getClassLoader());
        assertThat(config.topics()).isNotEmpty();
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("examples/config"))) {
            return files.sorted().toList();
        }
    }
}
