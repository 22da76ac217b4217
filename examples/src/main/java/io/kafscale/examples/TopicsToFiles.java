package io.kafscale.examples;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Sink;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Function;

/**
 * Several topics with one factory of sinks, which gives each partition a directory of its own. A batch is a file, named after
 * its offsets; since batches are planned, one that comes again has the same name and replaces the file that it left, so that
 * each record stands there once. Arguments: where to write, and the topics.
 */
public final class TopicsToFiles {

    public static void main(String[] args) throws Exception {
        Path segments = Path.of(System.getProperty("kafscale.golden", "golden"), "segments");
        List<String> topics = List.of(args).subList(1, args.length);
        try (Processor processor = processor(segments, new InMemoryCheckpointStore(), Path.of(args[0]), topics)) {
            processor.run();
        }
    }

    static Processor processor(Path segments, CheckpointStore checkpoints, Path output, List<String> topics)
            throws IOException {
        Function<TopicPartition, Sink> directories = partition -> new BatchFiles(output.resolve(partition.toString()));
        ProcessorBuilder builder = ProcessorBuilder.create("topics-to-files")
                .segments(FileObjectStore.open(segments), "golden")
                .checkpoints(checkpoints)
                .plannedBatches();
        topics.forEach(topic -> builder.topicPerPartition(topic, directories));
        return builder.build();
    }

    /** A file is there whole or not at all: it is forced to disk under another name first. */
    private record BatchFiles(Path directory) implements Sink {
        @Override
        public void write(RecordBatch batch) throws IOException {
            Files.createDirectories(directory);
            String name = batch.firstOffset() + "-" + batch.nextOffset();
            Path part = directory.resolve(name + ".part");
            StringBuilder lines = new StringBuilder();
            for (Record record : batch) {
                lines.append(record.offset()).append('\t').append(record.key()).append('\n');
            }
            Files.writeString(part, lines, StandardCharsets.UTF_8);
            try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            Files.move(
                    part,
                    directory.resolve(name + ".tsv"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
