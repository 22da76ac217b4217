package io.kafscale.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.ProcessorEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages in {@code docs/} show what the build has compiled, link to what is there, and leave out nothing. */
class PagesTest {

    private static final Path ROOT =
            Path.of(System.getProperty("kafscale.golden")).getParent();
    private static final Path SOURCES = ROOT.resolve("examples/src");

    private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    /** The first cell of a row when it names a class, not a stage. */
    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z][a-z]\\w+)` \\|", Pattern.MULTILINE);

    private static final Pattern PUBLIC_EXCEPTION =
            Pattern.compile("^public (?:final )?class (\\w+Exception)", Pattern.MULTILINE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/getting-started.md",
                "docs/concepts.md",
                "docs/sinks.md",
                "docs/errors.md",
                "docs/operating.md",
                "docs/moving-from-go.md"
            })
    void everySnippet_standsInASourceThatIsCompiled(String page) throws Exception {
        List<String> sources = new ArrayList<>();
        for (Path source : files(SOURCES, ".java")) {
            sources.add(withoutLayout(Files.readString(source)));
        }
        Matcher snippet = SNIPPET.matcher(read(page));
        while (snippet.find()) {
            String code = withoutLayout(snippet.group(1));
            assertThat(sources).as(snippet.group(1)).anyMatch(source -> source.contains(code));
        }
    }

    @Test
    void everyLink_leadsSomewhere() throws Exception {
        List<Path> pages = new ArrayList<>(files(ROOT.resolve("docs"), ".md"));
        pages.add(ROOT.resolve("README.md"));
        pages.add(ROOT.resolve("CONTRIBUTING.md"));
        for (Path page : pages) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                assertThat(page.resolveSibling(link.group(1)))
                        .as(page.toString())
                        .exists();
            }
        }
    }

    @Test
    void errorsPage_namesEveryEventAndPublicException_andNothingElse() throws Exception {
        Set<String> expected = Stream.of(ProcessorEvent.class, DeliveryEvent.class)
                .flatMap(events -> Stream.of(events.getDeclaredClasses()))
                .filter(Class::isRecord)
                .map(Class::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(expected).hasSizeGreaterThan(20);
        expected.addAll(publicExceptions());

        Set<String> named = new TreeSet<>();
        Matcher row = ROW.matcher(read("docs/errors.md"));
        while (row.find()) {
            named.add(row.group(1));
        }
        assertThat(named).isEqualTo(expected);
    }

    private static Set<String> publicExceptions() throws IOException {
        Set<String> exceptions = new TreeSet<>();
        for (Path source : files(ROOT, "Exception.java")) {
            Matcher declaration = PUBLIC_EXCEPTION.matcher(Files.readString(source));
            if (source.toString().contains("/src/main/") && declaration.find()) {
                exceptions.add(declaration.group(1));
            }
        }
        assertThat(exceptions).hasSizeGreaterThan(5);
        return exceptions;
    }

    private static String read(String page) throws IOException {
        return Files.readString(ROOT.resolve(page));
    }

    private static List<Path> files(Path directory, String ending) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(path -> path.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    /** Pages indent less, and break their lines elsewhere. */
    private static String withoutLayout(String code) {
        return code.replaceAll("\\s+", "");
    }
}
