package io.kafscale.config;

import org.jspecify.annotations.Nullable;

/** What a mapping says of its sink. Immutable; the environment's variables are filled in. */
public final class SinkConfig {

    private final Values file;
    private final String topic;
    private final String type;
    private final String target;
    private final boolean createTable;
    private final Values values;

    SinkConfig(Values file, String topic, String type, String target, boolean createTable, Values values) {
        this.file = file;
        this.topic = topic;
        this.type = type;
        this.target = target;
        this.createTable = createTable;
        this.values = values;
    }

    /** The group of the processor, such as for a sink that keeps positions. */
    public String group() {
        return KafscaleConfig.group(file);
    }

    /** What the file says of all but its sinks. */
    Values file() {
        return file;
    }

    /** The topic whose records it gets; or, where the mapping says {@code topics}, what their names look like. */
    public String topic() {
        return topic;
    }

    /** What follows the first dot of {@code sink: type.target}; may hold dots, and is empty without one. */
    public String target() {
        return target;
    }

    /** The mapping's {@code create_table_if_missing}, for sinks that write to tables; false unless said. */
    public boolean createTableIfMissing() {
        return createTable;
    }

    /**
     * The value of one of the factory's options.
     *
     * @throws NullPointerException when the option is neither required nor has a value to fall back to; that is what
     *     {@link #find} is for
     */
    public <T> T get(Option<T> option) {
        return values.get(option);
    }

    /** The value of one of the factory's options, or null when it is not said and there is none to fall back to. */
    public <T> @Nullable T find(Option<T> option) {
        return values.find(option);
    }

    /** As a mapping names it, {@code type.target}; no option's value. */
    @Override
    public String toString() {
        return target.isEmpty() ? type : type + "." + target;
    }
}
