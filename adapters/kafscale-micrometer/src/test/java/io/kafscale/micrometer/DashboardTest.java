package io.kafscale.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The Grafana dashboard asks for what there is. */
class DashboardTest {

    private static final Path FILE =
            Path.of(System.getProperty("kafscale.golden")).getParent().resolve("service/helm/grafana-dashboard.json");
    private static final Pattern METRIC = Pattern.compile("kafscale_\\w+");

    @Test
    void everyMetricInTheDashboard_isRegistered() throws Exception {
        Set<String> asked = new TreeSet<>();
        for (JsonNode expression : dashboard().findValues("expr")) {
            Matcher metric = METRIC.matcher(expression.stringValue());
            assertThat(metric.find()).as(expression.stringValue()).isTrue();
            do {
                asked.add(metric.group());
            } while (metric.find());
        }
        assertThat(asked).hasSizeGreaterThan(15);
        assertThat(AllMetrics.names()).containsAll(asked);
    }

    @Test
    void panels_haveTitlesAndQueries_andDoNotOverlap() throws Exception {
        Set<String> cells = new TreeSet<>();
        List<JsonNode> panels = dashboard().get("panels").valueStream().toList();
        for (JsonNode panel : panels) {
            String title = panel.get("title").stringValue();
            assertThat(panel.get("type").stringValue()).isNotEmpty();
            if (!panel.get("type").stringValue().equals("row")) {
                assertThat(panel.get("targets").valueStream()).as(title).isNotEmpty();
            }
            JsonNode place = panel.get("gridPos");
            assertThat(place.get("x").intValue() + place.get("w").intValue()).isLessThanOrEqualTo(24);
            for (int x = 0; x < place.get("w").intValue(); x++) {
                for (int y = 0; y < place.get("h").intValue(); y++) {
                    String cell = (place.get("x").intValue() + x) + ","
                            + (place.get("y").intValue() + y);
                    assertThat(cells.add(cell)).as(title + " at " + cell).isTrue();
                }
            }
        }
        assertThat(panels.stream().map(panel -> panel.get("id").intValue())).doesNotHaveDuplicates();
    }

    private static JsonNode dashboard() throws Exception {
        return JsonMapper.builder().build().readTree(Files.readString(FILE));
    }
}
