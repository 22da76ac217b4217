package io.kafscale.segment;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A buffer with the codecs that fill it, made when first needed and kept for further batches. Not thread safe. */
final class BatchInflater {

    private final Map<Compression, Codec> codecs = new EnumMap<>(Compression.class);
    private final InflatedBytes inflated;

    /** An inflater that adds to {@code bytesInUse} what its buffer grows by. */
    BatchInflater(AtomicLong bytesInUse) {
        this.inflated = new InflatedBytes(bytesInUse);
    }

    /**
     * Inflates one batch's records, over what was inflated before.
     *
     * @return how many bytes there are in {@link #bytes()} now, from 0 on
     */
    int inflate(Compression compression, byte[] source, int from, int length, int limit)
            throws MalformedBlockException, MissingCodecException {
        Codec codec = codecs.get(compression);
        if (codec == null) {
            codec = compression.newCodec();
            codecs.put(compression, codec);
        }
        if (length == 0) {
            throw new MalformedBlockException("there is nothing to inflate");
        }
        inflated.clear(limit);
        codec.inflate(source, from, length, inflated);
        return inflated.length();
    }

    /** Where the last batch was inflated to. */
    byte[] bytes() {
        return inflated.array();
    }

    /** How large its buffer is. */
    int capacity() {
        return inflated.capacity();
    }

    void trim(int mostKept) {
        inflated.trim(mostKept);
    }
}
