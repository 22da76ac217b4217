package io.kafscale.discovery;

import java.time.Instant;

/**
 * An object as a listing showed it.
 *
 * @param key the full key
 * @param size in bytes
 * @param etag identifies this content under this key; opaque
 * @param lastModified by the store's clock
 */
public record ObjectEntry(String key, long size, String etag, Instant lastModified) {}
