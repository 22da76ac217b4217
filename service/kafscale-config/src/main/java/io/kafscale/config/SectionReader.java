package io.kafscale.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads sections of a YAML file by what keys may stand in them; whatever is wrong is collected, and reading goes on. */
final class SectionReader {

    private final Environment environment;
    private final Problems problems;

    SectionReader(Environment environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    /** A reader that tells of problems elsewhere. */
    SectionReader telling(Problems elsewhere) {
        return new SectionReader(environment, elsewhere);
    }

    Problems problems() {
        return problems;
    }

    /**
     * Reads a section.
     *
     * @param path its name, empty for the file itself
     */
    Values read(Node section, KeyTree known, String path) {
        Values values = new Values(Position.of(section), path);
        MappingNode mapping = asMapping(section, path);
        if (mapping != null) {
            readInto(values, mapping, known, "", new Scope(path, known));
        }
        return values;
    }

    /** Tells of every required option that is not said. */
    void require(Values values, Iterable<? extends Option<?>> options) {
        for (Option<?> option : options) {
            if (option.isRequired() && values.lacks(option)) {
                problems.add(
                        values.start(), values.path(option) + " is missing: " + firstLetterSmall(option.meaning()));
            }
        }
    }

    /** The section, or null when it is empty or none, which is told. */
    @Nullable
    MappingNode asMapping(Node node, String path) {
        if (node instanceof MappingNode mapping) {
            return mapping;
        }
        if (!isNull(node)) {
            problems.add(
                    Position.of(node),
                    (path.isEmpty() ? "the file" : path) + " has to be a section of keys and values");
        }
        return null;
    }

    /** Calls {@code each} for all entries with a key that is a text; tells of the others, and of those that repeat. */
    void entries(MappingNode mapping, Function<String, String> path, Entry each) {
        Set<String> seen = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            Position at = Position.of(entry.getKeyNode());
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                problems.add(at, "a key has to be a text");
            } else if (!seen.add(key.getValue())) {
                problems.add(at, path.apply(key.getValue()) + " is there twice; keep one");
            } else {
                each.read(key.getValue(), at, entry.getValueNode());
            }
        }
    }

    interface Entry {
        void read(String key, Position at, Node value);
    }

    /** Nothing was written there, or null. */
    static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private record Scope(String path, KeyTree root) {}

    private void readInto(Values values, MappingNode mapping, KeyTree known, String inside, Scope scope) {
        entries(mapping, key -> full(scope, inside, key), (key, at, value) -> {
            String path = full(scope, inside, key);
            Option<?> option = known.option(key);
            KeyTree section = known.section(key);
            if (option != null) {
                readOption(values, option, path, value);
            } else if (section != null) {
                MappingNode inner = asMapping(value, path);
                if (inner != null) {
                    readInto(values, inner, section, inside + key + ".", scope);
                }
            } else {
                problems.add(at, unknown(path, key, known, scope));
            }
        });
    }

    private static String full(Scope scope, String inside, String key) {
        return scope.path.isEmpty() ? inside + key : scope.path + "." + inside + key;
    }

    private static String unknown(String path, String key, KeyTree known, Scope scope) {
        String nearest = NearestKey.of(key, known.keys());
        if (nearest == null) {
            return path + " is not a known key, and there is none here";
        }
        String elsewhere = scope.root.pathOf(key);
        if (elsewhere != null && !NearestKey.isSlip(key, nearest)) {
            return path + " is not a known key; " + full(scope, "", elsewhere) + " is";
        }
        return path + " is not a known key; the nearest is " + nearest;
    }

    private <T> void readOption(Values values, Option<T> option, String path, Node node) {
        boolean isEmptyList =
                node instanceof SequenceNode list && list.getValue().isEmpty();
        if (isNull(node) || isEmptyList) {
            return;
        }
        switch (option.kind().shape()) {
            case NODE -> values.put(option, node, Position.of(node), path);
            case TREE -> values.put(option, tree(node, path), Position.of(node), path);
            default -> readTexts(values, option, path, node);
        }
    }

    private <T> void readTexts(Values values, Option<T> option, String path, Node node) {
        Kind<T> kind = option.kind();
        List<ScalarNode> scalars = scalars(kind, node);
        if (scalars.isEmpty()) {
            problems.add(Position.of(node), path + " takes " + kind.expected() + ", not a section or list");
            values.putUnfit(option);
            return;
        }
        List<String> texts = new ArrayList<>();
        for (ScalarNode scalar : scalars) {
            String text = filled(scalar, path);
            if (text == null) {
                values.putUnfit(option);
                return;
            }
            texts.add(text);
        }
        if (kind.shape() == Kind.Shape.LIST && node instanceof ScalarNode) {
            texts = List.of(texts.get(0).split(" *, *", -1));
        }
        if (texts.equals(List.of("")) && !kind.equals(Kind.NAMESPACE)) {
            return; // charts render what is not said as an empty text
        }
        try {
            values.put(option, kind.parser().apply(texts), Position.of(node), path);
        } catch (IllegalArgumentException e) {
            values.putUnfit(option);
            problems.add(Position.of(node), unfit(path, kind, scalars.get(0).getValue(), e));
        }
    }

    /** The text with its environment variables, or null when one is missing, which is told. */
    private @Nullable String filled(ScalarNode scalar, String path) {
        try {
            return environment.fill(scalar.getValue());
        } catch (IllegalArgumentException e) {
            problems.add(Position.of(scalar), path + " " + e.getMessage());
            return null;
        }
    }

    private Object tree(Node node, String path) {
        if (node.isRecursive()) {
            problems.add(Position.of(node), path + " holds itself, by an alias; write it out");
            return "";
        }
        if (node instanceof MappingNode mapping) {
            Map<String, Object> map = new LinkedHashMap<>();
            entries(mapping, key -> path + "." + key, (key, at, value) -> map.put(key, tree(value, path + "." + key)));
            return map;
        }
        if (node instanceof SequenceNode list) {
            return list.getValue().stream().map(item -> tree(item, path)).toList();
        }
        String text = node instanceof ScalarNode scalar ? filled(scalar, path) : null;
        return text == null ? "" : text;
    }

    private static List<ScalarNode> scalars(Kind<?> kind, Node node) {
        if (node instanceof ScalarNode scalar) {
            return List.of(scalar);
        }
        if (kind.shape() == Kind.Shape.LIST && node instanceof SequenceNode list) {
            List<ScalarNode> scalars = list.getValue().stream()
                    .filter(item -> item instanceof ScalarNode && !isNull(item))
                    .map(ScalarNode.class::cast)
                    .toList();
            return scalars.size() == list.getValue().size() ? scalars : List.of();
        }
        return List.of();
    }

    /** Shows what the file has, never what a variable put there: that may be a secret. */
    private static String unfit(String path, Kind<?> kind, String written, IllegalArgumentException reason) {
        if (kind.shape() == Kind.Shape.SECRET) {
            return path + " takes " + kind.expected();
        }
        boolean hasSentence = reason.getMessage() != null && !(reason instanceof NumberFormatException);
        return path + " is \"" + written + "\", but "
                + (hasSentence ? reason.getMessage() : "it takes " + kind.expected());
    }

    private static String firstLetterSmall(String sentence) {
        return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1).replaceFirst("\\.$", "");
    }
}
