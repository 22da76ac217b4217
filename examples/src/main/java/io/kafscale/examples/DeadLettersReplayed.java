package io.kafscale.examples;

import io.kafscale.checkpoint.InMemoryCheckpointStore;
import io.kafscale.discovery.FileObjectStore;
import io.kafscale.processor.DeadLetters;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.ErrorPolicy.Action;
import io.kafscale.processor.FileDeadLetterSink;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.ProcessorHealth;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.Sink;
import io.kafscale.processor.Stage;
import io.kafscale.segment.Record;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of records that a sink cannot take: each is tried three times, goes to the dead letters, and what follows is
 * delivered. When the sink is mended the dead letters are replayed to it, and nothing is missing.
 */
public final class DeadLettersReplayed {

    private static final int PARTITIONS = 3;

    /** Takes all orders but some, until it is mended. */
    static final class Warehouse implements Sink {
        private final Set<String> orders = new ConcurrentSkipListSet<>();
        private volatile boolean mended;

        @Override
        public void write(RecordBatch batch) throws IOException {
            for (Record order : batch) {
                String name = batch.topicPartition() + " offset " + order.offset();
                if (order.offset() % 400 == 7 && !mended) {
                    throw new IOException("there is no room for " + name);
                }
                orders.add(name);
            }
        }
    }

    /** Reads {@code golden/segments}, or the directory that is given. */
    public static void main(String[] args) throws Exception {
        Path letters = Files.createTempDirectory("dead-letters-");
        run(Path.of(args.length > 0 ? args[0] : "golden/segments"), letters, System.out);
    }

    static Set<String> run(Path segments, Path letters, PrintStream out) throws IOException, InterruptedException {
        Warehouse warehouse = new Warehouse();
        try (Processor processor = ProcessorBuilder.create("warehouse")
                .segments(FileObjectStore.open(segments), "golden")
                .checkpoints(new InMemoryCheckpointStore())
                .topic("orders", warehouse)
                .onError(
                        Stage.SINK,
                        ErrorPolicy.afterAttempts(3, Action.DEAD_LETTER)
                                .withPauses(Duration.ofMillis(5), Duration.ofMillis(50)))
                .deadLetters(FileDeadLetterSink.in(letters))
                .build()) {
            processor.start();
            while (!isDone(processor.health())) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        out.println("delivered: " + warehouse.orders.size());
        DeadLetters.read(letters)
                .forEach(letter -> out.println("dead letter: " + letter.partition() + " offset "
                        + letter.record().offset() + " after " + letter.attempts() + " attempts: " + letter.error()));

        warehouse.mended = true;
        out.println("replayed: " + DeadLetters.replay(letters.resolve("warehouse"), warehouse));
        out.println("delivered in the end: " + warehouse.orders.size());
        return warehouse.orders;
    }

    private static boolean isDone(ProcessorHealth health) {
        return health.partitions().size() == PARTITIONS
                && health.partitions().values().stream()
                        .allMatch(partition -> partition.endOffset() > 0 && partition.lag() == 0);
    }
}
