package io.kafscale.config;

import io.kafscale.processor.BatchLimits;
import io.kafscale.segment.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads the mappings and what they say of their sinks. What is wrong with sinks is collected apart: a file that names a
 * sink which is not there is still a sound file.
 */
final class MappingReader {

    private final SectionReader reader;
    private final SectionReader sinkReader;
    private final SinkTypes types;
    private final Map<String, Shared> shared = new HashMap<>();

    /** A section for all mappings to sinks of a type. */
    private record Shared(Node options, String path) {}

    MappingReader(SectionReader reader, Problems sinkProblems, SinkTypes types) {
        this.reader = reader;
        this.sinkReader = reader.telling(sinkProblems);
        this.types = types;
    }

    /** Reads all of them, and checks what they have to do with the file. */
    List<Mapping> read(Values file, ErrorSections errorsOfFile) {
        readShared(file);
        ErrorChecks checks = new ErrorChecks(file, reader.problems());
        checks.check(file, errorsOfFile);
        List<Mapping> mappings = new ArrayList<>();
        Node list = file.node(FileKeys.MAPPINGS);
        if (list == null) {
            return mappings;
        }
        if (!(list instanceof SequenceNode entries)) {
            reader.problems().add(Position.of(list), "mappings has to be a list, each entry with topic and sink");
            return mappings;
        }
        KeyTree known = KeyTree.of(MappingKeys.ALL);
        Map<String, Position> topics = new HashMap<>();
        for (int i = 0; i < entries.getValue().size(); i++) {
            Values values = reader.read(entries.getValue().get(i), known, "mappings[" + i + "]");
            reader.require(values, MappingKeys.ALL);
            ErrorSections errors =
                    ErrorSections.read(reader, values, MappingKeys.ERRORS).before(errorsOfFile);
            checks.check(values, errors);
            MappingKeys.BATCHES.over(BatchLimits.DEFAULT, values, reader.problems());
            Mapping mapping = mapping(file, values, errors);
            if (mapping != null) {
                boolean isName = mapping.topics().names() == null;
                Position at = values.position(isName ? MappingKeys.TOPIC : MappingKeys.TOPICS);
                Position before = topics.putIfAbsent(mapping.topics().toString(), at);
                if (before != null) {
                    reader.problems()
                            .add(
                                    at,
                                    (isName ? "topic " + mapping.topics() + " has" : mapping.topics() + " have")
                                            + " a sink already, in line " + before.line()
                                            + "; one sink that calls both is what you want");
                }
                mappings.add(mapping);
            }
        }
        return mappings;
    }

    private void readShared(Values file) {
        Node iceberg = file.node(FileKeys.ICEBERG);
        if (iceberg != null) {
            shared.put("iceberg", new Shared(iceberg, "iceberg"));
        }
        Node sinks = file.node(FileKeys.SINKS);
        MappingNode byType = sinks == null ? null : reader.asMapping(sinks, "sinks");
        if (byType != null) {
            reader.entries(byType, type -> "sinks." + type, (type, at, options) -> {
                shared.put(type, new Shared(options, "sinks." + type));
                if (types.get(type) == null) {
                    sinkReader.problems().add(at, types.unknown("sinks." + type, type));
                }
            });
        }
    }

    private @Nullable Mapping mapping(Values file, Values values, ErrorSections errors) {
        Node table = values.node(MappingKeys.TABLE);
        String said = values.find(MappingKeys.SINK);
        if (said == null && values.lacks(MappingKeys.SINK)) {
            String rewrite =
                    table instanceof ScalarNode name ? "sink: iceberg." + name.getValue() : "sink: type.target";
            reader.problems()
                    .add(
                            table == null ? values.start() : Position.of(table),
                            table == null
                                    ? values.path(MappingKeys.SINK) + " is missing: say where the records go, as in "
                                            + rewrite
                                    : values.path(MappingKeys.TABLE) + " is how the Iceberg processor says it; write "
                                            + rewrite + " instead");
        } else if (said != null && table != null) {
            reader.problems()
                    .add(
                            Position.of(table),
                            values.path(MappingKeys.TABLE) + " and sink both say where the records go; keep sink");
        }
        MappedTopics topics = topics(values);
        return said == null || topics == null
                ? null
                : new Mapping(
                        topics,
                        values,
                        errors,
                        values.position(MappingKeys.SINK),
                        sink(file, topics.said(), said, values));
    }

    private @Nullable MappedTopics topics(Values values) {
        String name = values.find(MappingKeys.TOPIC);
        Pattern looks = values.find(MappingKeys.TOPICS);
        if (name != null && looks != null) {
            reader.problems()
                    .add(
                            values.position(MappingKeys.TOPICS),
                            values.path(MappingKeys.TOPICS) + " and topic both say which records go there; keep one");
        } else if (values.lacks(MappingKeys.TOPIC) && values.lacks(MappingKeys.TOPICS)) {
            reader.problems()
                    .add(
                            values.start(),
                            values.path(MappingKeys.TOPIC)
                                    + " is missing: say which topic goes there, or in topics what"
                                    + " the names of several look like, as in topics: orders-.*");
        } else if (name != null && !TopicPartition.isLegalTopic(name)) {
            reader.problems()
                    .add(
                            values.position(MappingKeys.TOPIC),
                            values.path(MappingKeys.TOPIC) + " is \"" + name
                                    + "\", but it takes 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-'");
        }
        return name != null ? MappedTopics.named(name) : looks == null ? null : MappedTopics.like(looks);
    }

    /** The sink that a mapping names, or null when there is none of its type. */
    private Mapping.@Nullable NamedSink sink(Values file, String topic, String said, Values values) {
        int dot = said.indexOf('.');
        String type = dot < 0 ? said : said.substring(0, dot);
        String target = dot < 0 ? "" : said.substring(dot + 1);
        Position at = values.position(MappingKeys.SINK);
        SinkFactory factory = types.get(type);
        if (factory == null) {
            sinkReader.problems().add(at, types.unknown(values.path(MappingKeys.SINK), type));
            return null;
        }
        int before = sinkReader.problems().count();
        Values options = options(factory, type, values);
        SinkConfig config = new SinkConfig(file, topic, type, target, values.get(MappingKeys.CREATE_TABLE), options);
        if (sinkReader.problems().count() == before) {
            validate(factory, config, at);
        }
        return new Mapping.NamedSink(factory, config);
    }

    private void validate(SinkFactory factory, SinkConfig config, Position at) {
        try {
            factory.validate(config);
        } catch (IllegalArgumentException e) {
            sinkReader.problems().add(at, config + ": " + e.getMessage());
        }
    }

    private Values options(SinkFactory factory, String type, Values values) {
        KeyTree known = KeyTree.of(factory.options());
        Node own = values.node(MappingKeys.OPTIONS);
        Shared common = shared.get(type);
        Position at = own == null ? values.position(MappingKeys.SINK) : Position.of(own);
        Values options = own == null
                ? new Values(at, values.path(MappingKeys.OPTIONS))
                : sinkReader.read(own, known, values.path(MappingKeys.OPTIONS));
        if (common != null) {
            options = options.before(sinkReader.read(common.options(), known, common.path()));
        }
        Node schema = values.node(MappingKeys.SCHEMA);
        if (schema != null) {
            options = options.before(schema(factory, type, schema, values));
        }
        sinkReader.require(options, factory.options());
        return options;
    }

    /** The mapping's schema section, read as the factory's options that begin with {@code schema.}. */
    private Values schema(SinkFactory factory, String type, Node schema, Values values) {
        KeyTree section = KeyTree.of(factory.options()).section("schema");
        String path = values.path(MappingKeys.SCHEMA);
        if (section == null) {
            sinkReader
                    .problems()
                    .add(
                            Position.of(schema),
                            path + " shapes what is written, and sinks of type " + type
                                    + " know no schema; take it out");
            return new Values(Position.of(schema), path);
        }
        return sinkReader.read(schema, section, path); // which keeps options by their whole names
    }
}
