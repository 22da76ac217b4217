package io.kafscale.s3;

import io.kafscale.s3.ConditionalObjects.Written;
import java.io.IOException;

/**
 * What tokens of partitions that have no object yet begin above: the greatest that was ever in a group deleted since. It
 * keeps tokens growing across a deletion.
 *
 * <p>The object says {@code {"token":7}}; there is none before the first deletion.
 */
record TokenFloor(ConditionalObjects objects, String key) {

    private static final int ATTEMPTS = 5;

    long read() throws IOException {
        StoredObject object = objects.find(key);
        return object == null ? 0 : token(object);
    }

    /** Makes it at least this. */
    void raise(long token) throws IOException {
        StoredObject object = objects.find(key);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (object != null && token(object) >= token) {
                return;
            }
            String content =
                    new Json().put("token", token).put("nonce", Nonce.next()).toJson();
            Written written = objects.write(key, content, object == null ? null : object.etag());
            if (written instanceof Written.Applied) {
                return;
            }
            object = ((Written.Refused) written).found();
        }
        throw new IOException(objects.name(key) + " is being changed by others; try again");
    }

    private static long token(StoredObject object) throws IOException {
        try {
            long token = Json.of(object.content()).number("token", -1);
            if (token < 0) {
                throw new IOException("it has no token");
            }
            return token;
        } catch (IOException e) {
            throw new IOException(object.name() + " cannot be read (" + e.getMessage() + "); restore what it was", e);
        }
    }
}
