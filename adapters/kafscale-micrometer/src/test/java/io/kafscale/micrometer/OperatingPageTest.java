package io.kafscale.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page for operators names each metric there is, and asks for none that is not. */
class OperatingPageTest {

    private static final Path PAGE =
            Path.of(System.getProperty("kafscale.golden")).getParent().resolve("docs/operating.md");
    private static final Pattern METRIC = Pattern.compile("kafscale_processor_\\w+");
    /** A histogram is one metric with many samples. */
    private static final Pattern SAMPLE = Pattern.compile("_(bucket|sum|count|max)$");

    @Test
    void page_namesEveryMetric_andNoOther() throws Exception {
        Set<String> named = METRIC.matcher(Files.readString(PAGE))
                .results()
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> registered = AllMetrics.names().stream()
                .map(name -> SAMPLE.matcher(name).replaceFirst(""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(registered).hasSizeGreaterThan(25);
        assertThat(named).isEqualTo(registered);
    }
}
