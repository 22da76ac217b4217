package io.kafscale.processor;

import io.kafscale.discovery.ListPage;
import io.kafscale.discovery.ListRequest;
import io.kafscale.discovery.ObjectEntry;
import io.kafscale.discovery.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads dead letters back, and hands their records to a sink that was mended.
 *
 * <p>As text a letter is one JSON object in one line, all fields always there; bytes are in base64, or null:
 *
 * <pre>
 *  {"group":"warehouse","topic":"orders","partition":0,"offset":41,"timestamp":1767225600000,
 *   "timestampType":"CreateTime","key":"Yy0x","value":null,"headers":[["c291cmNl","d2Vi"],["ZW1wdHk=",null]],
 *   "stage":"SINK","attempts":3,"error":"no such customer","failedAt":"2026-01-01T00:00:00.123Z"}
 * </pre>
 *
 * <p>{@link FileDeadLetterSink} and the S3 adapter's {@code S3DeadLetterSink} write it. All that is read is held in memory.
 */
public final class DeadLetters {

    private DeadLetters() {}

    /** A letter as one line, without a line end. */
    public static String toJson(DeadLetter letter) {
        return DeadLetterJson.write(letter);
    }

    /**
     * The letter of a line.
     *
     * @throws IllegalArgumentException when it is not one; says at which character, and why
     */
    public static DeadLetter fromJson(String line) {
        return new DeadLetterParser(line).parse();
    }

    /**
     * The letters of a file, or of all {@code .jsonl} files below a directory, as they stand there: a record may come more
     * than once. A line that was not finished is passed over: whoever wrote it was never told that it is kept.
     *
     * @throws IOException when it cannot be read, or holds what is no letter; names the file and the line
     */
    public static List<DeadLetter> read(Path path) throws IOException {
        return DeadLetterFiles.read(path);
    }

    /**
     * The letters of all {@code .json} objects whose keys begin with a prefix, in the order of the keys, which is not that of
     * the offsets.
     *
     * @throws IOException when they cannot be listed or read, or one is no letter; names the object
     */
    public static List<DeadLetter> read(ObjectStore store, String prefix) throws IOException {
        List<DeadLetter> letters = new ArrayList<>();
        for (ListRequest request = ListRequest.of(prefix); request != null; ) {
            ListPage page = store.list(request);
            for (ObjectEntry object : page.objects()) {
                if (object.key().endsWith(".json")) {
                    letters.add(read(store, object));
                }
            }
            request = page.next();
        }
        return letters;
    }

    private static DeadLetter read(ObjectStore store, ObjectEntry object) throws IOException {
        String text = new String(store.read(object), StandardCharsets.UTF_8);
        try {
            return fromJson(text.stripTrailing());
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    store.describe() + "/" + object.key() + " is not a dead letter: " + e.getMessage()
                            + "; mend or remove it",
                    e);
        }
    }

    /**
     * Hands the records of {@link #read(Path) all letters} to a sink: partition by partition, in the order of their offsets,
     * each once. Nothing is removed; replayed again, all come again.
     *
     * <p>A batch covers only offsets of letters that follow one another without a gap, so that a sink that replaces what it
     * has of a batch's offsets replaces nothing else. It is the first attempt. Its context is that of nobody: epoch 0, which
     * is below that of every processor, no remaining lease, and never revoked; a sink that refuses stale epochs refuses it.
     * What the sink {@linkplain RecordBatch#confirm confirms} early has no effect. The records are as they stood in the log,
     * before any transform; and nobody keeps a processor from delivering later records of the same key meanwhile.
     *
     * <p>The sink is told that a partition is {@linkplain SinkLifecycle#assigned assigned} before and revoked after its
     * records, and is not closed.
     *
     * @param path a directory or file with letters of one group, such as {@code dead-letters/warehouse}
     * @return how many records there were
     * @throws IOException when the letters cannot be read; or when they are of several groups, of which the sink would get
     *     the same record for each; or when the sink throws, which ends the replay: names the first offset it refused
     */
    public static long replay(Path path, Sink sink) throws IOException {
        return DeadLetterReplay.of(read(path), path.toString()).to(sink);
    }

    /**
     * As {@link #replay(Path, Sink)}, from objects.
     *
     * @param prefix of letters of one group, such as {@code dead-letters/warehouse/}
     * @return how many records there were
     * @throws IOException as above
     */
    public static long replay(ObjectStore store, String prefix, Sink sink) throws IOException {
        return DeadLetterReplay.of(read(store, prefix), store.describe() + "/" + prefix)
                .to(sink);
    }
}
