package io.kafscale.config;

import java.util.Collection;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The types of sinks there are: those built in, and those that jars on the class path bring. */
final class SinkTypes {

    static final List<SinkFactory> BUILT_IN =
            List.of(new StdoutSinkFactory(), new JsonlSinkFactory(), new HttpSinkFactory(), new JdbcSinkFactory());

    private final SortedMap<String, SinkFactory> byType = new TreeMap<>();

    private SinkTypes(Stream<SinkFactory> factories) {
        factories.forEach(factory -> {
            SinkFactory other = byType.putIfAbsent(factory.type(), factory);
            if (other != null) {
                throw new IllegalStateException("both " + other.getClass().getName() + " and "
                        + factory.getClass().getName() + " make sinks of type " + factory.type()
                        + "; take one of them off the class path");
            }
        });
    }

    /**
     * Finds them.
     *
     * @throws IllegalStateException when two claim the same type, or one cannot be loaded
     */
    static SinkTypes find(ClassLoader loader) {
        try {
            List<SinkFactory> brought = ServiceLoader.load(SinkFactory.class, loader).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();
            return new SinkTypes(Stream.concat(BUILT_IN.stream(), brought.stream()));
        } catch (ServiceConfigurationError e) {
            throw new IllegalStateException("a jar's sink cannot be loaded: " + e.getMessage(), e);
        }
    }

    @Nullable
    SinkFactory get(String type) {
        return byType.get(type);
    }

    Collection<String> names() {
        return byType.keySet();
    }

    /** Says that there is no such type, and what to do. */
    String unknown(String path, String type) {
        String nearest = NearestKey.of(type, byType.keySet());
        String meant = nearest != null && NearestKey.isSlip(type, nearest) ? "; the nearest is " + nearest : "";
        return path + " names a sink of type \"" + type + "\", and there is none; there are "
                + String.join(", ", byType.keySet()) + meant + "; for another, put a jar with a "
                + SinkFactory.class.getName() + " of that type on the class path";
    }
}
