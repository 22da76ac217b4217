package io.kafscale.processor;

/**
 * Thrown by a sink or a transform to say which record it is that cannot be processed. The {@link ErrorPolicy} is then
 * applied to that record at once, where else it would have to be found by halving the batch.
 */
public class RecordFailedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final long offset;
    private final Stage stage;

    /**
     * A record that the sink cannot take.
     *
     * @param offset the record's, within the batch at hand
     * @param cause what is wrong with it
     */
    public RecordFailedException(long offset, Throwable cause) {
        this(offset, Stage.SINK, cause);
    }

    /**
     * A record of which a stage cannot make what it should.
     *
     * @param offset the record's, within the batch at hand
     * @param stage {@link Stage#SINK} or {@link Stage#TRANSFORM}
     * @param cause what is wrong with it
     */
    public RecordFailedException(long offset, Stage stage, Throwable cause) {
        super("offset " + offset + ": " + cause, cause);
        this.offset = offset;
        this.stage = stage;
    }

    /** Which record. */
    public long offset() {
        return offset;
    }

    /** Whose policy applies: {@link Stage#SINK} or {@link Stage#TRANSFORM}. */
    public Stage stage() {
        return stage;
    }
}
