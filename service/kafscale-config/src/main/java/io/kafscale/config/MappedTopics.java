package io.kafscale.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which topics a mapping is for.
 *
 * @param said the name of one, or what the names of several look like
 * @param names the same as a pattern, or null for a name
 */
record MappedTopics(String said, @Nullable Pattern names) {

    static MappedTopics named(String topic) {
        return new MappedTopics(topic, null);
    }

    static MappedTopics like(Pattern names) {
        return new MappedTopics(names.pattern(), names);
    }

    boolean isOne(String topic) {
        return names == null ? said.equals(topic) : names.matcher(topic).matches();
    }

    /** As a person would say it. */
    @Override
    public String toString() {
        return names == null ? said : "topics like " + said;
    }
}
