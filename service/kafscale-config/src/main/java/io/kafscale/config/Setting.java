package io.kafscale.config;

import java.util.function.BiConsumer;

/**
 * An option that sets one thing of a builder.
 *
 * @param <B> the builder
 * @param <T> the value
 * @param option the key
 * @param setter sets it; throws {@link IllegalArgumentException} when the value is not fit
 */
record Setting<B, T>(Option<T> option, BiConsumer<B, T> setter) {

    /** Sets it when the file says it; what is wrong with the value is told at its place. */
    void apply(B builder, Values values, Problems problems) {
        T value = values.find(option);
        if (value != null) {
            try {
                setter.accept(builder, value);
            } catch (IllegalArgumentException e) {
                problems.add(values.position(option), values.path(option) + ": " + e.getMessage());
            }
        }
    }
}
