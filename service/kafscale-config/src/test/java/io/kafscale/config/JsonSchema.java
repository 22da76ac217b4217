package io.kafscale.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON Schema of configuration files, for editors, as the keys have it. */
final class JsonSchema {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** In place of a number or choice there may be a variable. */
    private static final Map<String, Object> VARIABLE = Map.of("pattern", "\\$\\{");

    private JsonSchema() {}

    static String generate() {
        Map<String, Object> root = section(KeyTree.of(FileKeys.ALL));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "KafScale processor");
        schema.putAll(root);
        schema.put("required", List.of("mappings"));
        Map<String, Object> properties = properties(schema);
        properties.put("mappings", mappings());
        properties.put("sinks", sinks());
        properties.put("errors", errors(FileKeys.ERRORS));
        return JSON.writeValueAsString(schema).replace("\r\n", "\n") + "\n";
    }

    private static Map<String, Object> section(KeyTree keys) {
        Map<String, Object> properties = new LinkedHashMap<>();
        keys.options().forEach((name, option) -> properties.put(name, option(option)));
        keys.sections().forEach((name, inner) -> properties.put(name, section(inner)));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", List.of("object", "null"));
        schema.put("additionalProperties", false);
        schema.put("properties", properties);
        return schema;
    }

    private static Map<String, Object> option(Option<?> option) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", option.meaning());
        Map<?, ?> kind = (Map<?, ?>) sorted(option.kind().schema());
        if (kind.isEmpty() || "string".equals(kind.get("type"))) {
            kind.forEach((key, value) -> schema.put((String) key, value));
        } else {
            schema.put("anyOf", List.of(kind, VARIABLE));
        }
        return schema;
    }

    /** The same, in an order that does not change; that of a {@code Map.of} is another in each JVM. */
    private static Object sorted(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> sorted = new TreeMap<>();
            map.forEach((key, inner) -> sorted.put(key, sorted(inner)));
            return sorted;
        }
        return value instanceof List<?> list
                ? list.stream().map(JsonSchema::sorted).toList()
                : value;
    }

    private static Map<String, Object> mappings() {
        Map<String, Object> mapping = section(KeyTree.of(MappingKeys.ALL));
        mapping.put("required", List.of("sink"));
        mapping.put("oneOf", List.of(Map.of("required", List.of("topic")), Map.of("required", List.of("topics"))));
        properties(mapping).put("options", Map.of("type", "object"));
        properties(mapping).put("table", false);
        properties(mapping).put("errors", errors(MappingKeys.ERRORS));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", FileKeys.MAPPINGS.meaning());
        schema.put("type", "array");
        schema.put("items", mapping);
        return schema;
    }

    private static Map<String, Object> errors(Option<?> option) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (String stage : ErrorKeys.STAGES.keySet()) {
            properties.put(stage, section(KeyTree.of(ErrorKeys.ALL)));
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", option.meaning());
        schema.put("type", List.of("object", "null"));
        schema.put("additionalProperties", false);
        schema.put("properties", properties);
        return schema;
    }

    private static Map<String, Object> sinks() {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (SinkFactory factory : SinkTypes.BUILT_IN) {
            properties.put(factory.type(), section(KeyTree.of(factory.options())));
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", FileKeys.SINKS.meaning());
        schema.put("type", "object");
        schema.put("properties", properties);
        return schema;
    }

    @SuppressWarnings("unchecked") // made so above
    private static Map<String, Object> properties(Map<String, Object> section) {
        return (Map<String, Object>) section.get("properties");
    }
}
