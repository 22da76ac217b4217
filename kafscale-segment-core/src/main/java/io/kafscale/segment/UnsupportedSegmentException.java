package io.kafscale.segment;

/**
 * The object is in a version, or holds a batch in a format, that this library does not read: a segment or index version
 * other than 1, or records in Kafka's message formats v0 and v1, which brokers store unconverted when an old producer
 * sends them.
 */
public final class UnsupportedSegmentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String objectName;
    private final long position;

    UnsupportedSegmentException(String objectName, String problem) {
        super(objectName + ": " + problem);
        this.objectName = objectName;
        this.position = 0;
    }

    UnsupportedSegmentException(String objectName, long position, String problem) {
        super(objectName + ": " + problem + ", at byte " + position);
        this.objectName = objectName;
        this.position = position;
    }

    /** The object's name, as it was given when it was opened. */
    public String objectName() {
        return objectName;
    }

    /** The byte of the object where the unknown version or format stands; 0 when it is the object as a whole. */
    public long position() {
        return position;
    }
}
