package io.kafscale.micrometer;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What Prometheus reads, by sample as it stands there with its labels sorted: {@code name{a="1",b="2"}}. */
final class Scrape {

    private final Map<String, String> types = new TreeMap<>();
    private final Map<String, Double> samples = new TreeMap<>();

    private Scrape(String text) {
        for (String line : text.lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                types.put(words[2], words[3]);
            } else if (!line.startsWith("#")) {
                int space = line.lastIndexOf(' ');
                samples.put(sorted(line.substring(0, space)), Double.parseDouble(line.substring(space + 1)));
            }
        }
    }

    static Scrape of(PrometheusMeterRegistry registry) {
        return new Scrape(registry.scrape());
    }

    private static String sorted(String sample) {
        int brace = sample.indexOf('{');
        if (brace < 0) {
            return sample;
        }
        String labels = sample.substring(brace + 1, sample.length() - 1);
        return Arrays.stream(labels.split(",", -1))
                .sorted()
                .collect(Collectors.joining(",", sample.substring(0, brace) + "{", "}"));
    }

    Map<String, String> types() {
        return types;
    }

    Map<String, Double> samples() {
        return samples;
    }

    /** Its value, or null when it is not there. */
    Double value(String sample) {
        return samples.get(sample);
    }

    /** The names of all samples, such as Prometheus queries know them. */
    Set<String> names() {
        return samples.keySet().stream()
                .map(sample -> sample.replaceFirst("\\{.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
