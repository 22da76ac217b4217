package io.kafscale.processor.runtime;

import io.kafscale.discovery.TopicCatalog;
import io.kafscale.processor.DiscoveryMode;
import org.jspecify.annotations.Nullable;

/**
 * Where topics are looked up.
 *
 * @param mode which of the two is asked, the catalog or the objects
 * @param catalog the brokers' catalog, or null when there is none; then the objects are asked in every mode
 */
public record Discovery(DiscoveryMode mode, @Nullable TopicCatalog catalog) {

    /** By the objects alone. */
    public static final Discovery BY_LISTING = new Discovery(DiscoveryMode.S3, null);

    /** The catalog if it is to be asked at all, else null. */
    @Nullable
    TopicCatalog asked() {
        return mode == DiscoveryMode.S3 ? null : catalog;
    }
}
