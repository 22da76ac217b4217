package io.kafscale.s3;

/**
 * An object as it was read.
 *
 * @param name with its bucket, for messages
 * @param etag for the condition of the write that replaces it
 */
record StoredObject(String name, String content, String etag) {}
