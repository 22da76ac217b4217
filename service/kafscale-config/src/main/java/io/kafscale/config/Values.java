package io.kafscale.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** What a section of a file says, and where. Values were checked when they were read. */
final class Values {

    /** A value, or a {@link Node} of an option that takes anything. */
    private record Said(Object value, Position at, String path) {}

    private final Position start;
    private final String path;
    private final Map<String, Said> said = new HashMap<>();
    private final Set<String> unfit = new HashSet<>();

    /** Nothing said yet, in a section that begins at {@code start} and is called {@code path}. */
    Values(Position start, String path) {
        this.start = start;
        this.path = path;
    }

    /** The {@code path} is the option's full name. */
    void put(Option<?> option, Object value, Position at, String path) {
        said.put(option.name(), new Said(value, at, path));
    }

    /** Something stands there, but of no use, which is told. */
    void putUnfit(Option<?> option) {
        unfit.add(option.name());
    }

    /** Whether nothing stands there: what was unfit has been told already, and is not missing. */
    boolean lacks(Option<?> option) {
        return !has(option) && !unfit.contains(option.name());
    }

    boolean has(Option<?> option) {
        return said.containsKey(option.name());
    }

    /** What the file says, else what holds without it, else null. */
    @SuppressWarnings("unchecked") // put there by its kind's parser
    <T> @Nullable T find(Option<T> option) {
        Said found = said.get(option.name());
        return found == null ? option.standard() : (T) found.value;
    }

    /** The same of an option that has a standard, or is required. */
    <T> T get(Option<T> option) {
        return Objects.requireNonNull(find(option), option.name());
    }

    /** The node of an option that takes anything, or null. */
    @Nullable
    Node node(Option<?> option) {
        Said found = said.get(option.name());
        return found == null ? null : (Node) found.value;
    }

    /** Where it is said; the section, when it is not. */
    Position position(Option<?> option) {
        Said found = said.get(option.name());
        return found == null ? start : found.at;
    }

    /** Its full name. */
    String path(Option<?> option) {
        Said found = said.get(option.name());
        return found != null ? found.path : path.isEmpty() ? option.name() : path + "." + option.name();
    }

    /** Where the section begins. */
    Position start() {
        return start;
    }

    /** All of these, and what only {@code others} say. */
    Values before(Values others) {
        Values all = new Values(start, path);
        all.said.putAll(others.said);
        all.said.putAll(said);
        all.unfit.addAll(others.unfit);
        all.unfit.addAll(unfit);
        return all;
    }
}
