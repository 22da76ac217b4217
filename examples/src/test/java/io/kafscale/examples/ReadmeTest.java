package io.kafscale.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a newcomer copies out of the README is what the build has compiled. */
class ReadmeTest {

    private static final Path ROOT =
            Path.of(System.getProperty("kafscale.golden")).getParent();

    @Test
    void program_isTheCompiledOne_andShort() throws Exception {
        String source =
                Files.readString(ROOT.resolve("examples/src/main/java/io/kafscale/examples/OrdersToWarehouse.java"));
        String program = source.substring(source.indexOf("public final class"));

        assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```java\n" + program + "```");
        assertThat(program.lines()).hasSizeLessThanOrEqualTo(15);
    }
}
