package io.kafscale.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A segment and its index, as {@link SegmentWriter} wrote them. */
public final class WrittenSegment {

    private final long baseOffset;
    private final long nextOffset;
    private final byte[] segment;
    private final byte[] index;

    WrittenSegment(long baseOffset, long nextOffset, byte[] segment, byte[] index) {
        this.baseOffset = baseOffset;
        this.nextOffset = nextOffset;
        this.segment = segment;
        this.index = index;
    }

    /** The first offset. */
    public long baseOffset() {
        return baseOffset;
    }

    /** The offset after the last. */
    public long nextOffset() {
        return nextOffset;
    }

    /** The last part of the segment's key: {@code segment-00000000000000001200.kfs}. */
    public String segmentName() {
        return name("kfs");
    }

    /** The last part of the index's key. */
    public String indexName() {
        return name("index");
    }

    private String name(String extension) {
        return String.format("segment-%020d.%s", baseOffset, extension);
    }

    /** A copy of the {@code .kfs} object. */
    public byte[] segment() {
        return segment.clone();
    }

    /** A copy of the {@code .index} object. */
    public byte[] index() {
        return index.clone();
    }

    /**
     * Puts both objects into a partition's directory, which is made when it is not there, the index last.
     *
     * @throws IOException when they cannot be written
     */
    public void writeTo(Path partitionDirectory) throws IOException {
        Files.createDirectories(partitionDirectory);
        Files.write(partitionDirectory.resolve(segmentName()), segment);
        Files.write(partitionDirectory.resolve(indexName()), index);
    }
}
