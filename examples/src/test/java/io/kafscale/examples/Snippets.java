package io.kafscale.examples;

import io.kafscale.checkpoint.Checkpoint;
import io.kafscale.etcd.EtcdCheckpointStore;
import io.kafscale.processor.Assignment;
import io.kafscale.processor.BatchCursor;
import io.kafscale.processor.BatchLimits;
import io.kafscale.processor.CheckpointAdmin;
import io.kafscale.processor.ErrorPolicy;
import io.kafscale.processor.FileDeadLetterSink;
import io.kafscale.processor.Processor;
import io.kafscale.processor.ProcessorBuilder;
import io.kafscale.processor.RecordBatch;
import io.kafscale.processor.RecordFailedException;
import io.kafscale.processor.Revocation;
import io.kafscale.processor.Sink;
import io.kafscale.processor.Stage;
import io.kafscale.processor.StartPosition;
import io.kafscale.processor.TypedSink;
import io.kafscale.segment.ByteSlice;
import io.kafscale.segment.Record;
import io.kafscale.segment.TopicPartition;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the pages in {@code docs/} show. {@link PagesTest} compares them; {@link SnippetsTest} runs these. */
final class Snippets {

    /** Where the application puts its orders. */
    interface Warehouse {
        void insert(List<Record> orders) throws IOException;
    }

    /** A row of the application's. */
    record Order(String customer, int length) {
        static Order of(ByteSlice value) {
            String text = value.toUtf8();
            return new Order(text.substring(0, Math.min(8, text.length())), text.length());
        }
    }

    private Snippets() {}

    static Sink readingWithoutCopies(LongAdder bytes) {
        return batch -> {
            BatchCursor order = batch.cursor();
            while (order.next()) {
                ByteSlice value = order.value(); // valid until next() is called again
                bytes.add(value == null ? 0 : value.length());
            }
        };
    }

    static ProcessorBuilder asynchronous(ProcessorBuilder builder, HttpClient http, URI place) {
        return builder.topicAsync("orders", batch -> {
            StringBuilder lines = new StringBuilder();
            batch.forEach(order -> lines.append(order.value()).append('\n'));
            HttpRequest request = HttpRequest.newBuilder(place)
                    .timeout(Duration.ofSeconds(30))
                    .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
                    .build();
            return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                    .thenAccept(answer -> {
                        if (answer.statusCode() != 200) {
                            throw new IllegalStateException(place + " answered " + answer.statusCode());
                        }
                    });
        });
    }

    /** One for each partition, so that nothing in it is shared. */
    static final class OrderCount implements Sink {
        private long orders;

        @Override
        public @Nullable Checkpoint assigned(Assignment assignment) {
            orders = 0;
            return null; // it keeps no position of its own
        }

        @Override
        public void write(RecordBatch batch) {
            batch.forEach(order -> orders++);
        }

        @Override
        public void revoked(TopicPartition partition, Revocation cause) {
            System.out.println(partition + ": " + orders + " orders, and then " + cause);
        }
    }

    static ProcessorBuilder manyTopics(ProcessorBuilder builder, Sink allOrders) {
        return builder.topics(Pattern.compile("orders-.*"), allOrders).topic("orders-test", batch -> {});
    }

    static ProcessorBuilder onePerPartition(ProcessorBuilder builder) {
        return builder.topicPerPartition("orders", partition -> new OrderCount());
    }

    static Sink inChunks(Warehouse warehouse) {
        return batch -> {
            List<Record> chunk = new ArrayList<>();
            for (Record order : batch) {
                chunk.add(order);
                if (chunk.size() == 500) {
                    warehouse.insert(chunk);
                    batch.confirm(order.offset() + 1); // should the rest fail, only the rest comes again
                    chunk.clear();
                }
            }
            warehouse.insert(chunk);
        };
    }

    static ProcessorBuilder inFilesOnce(ProcessorBuilder builder, Path directory) {
        Sink files = batch -> {
            Path file = directory.resolve(
                    batch.topicPartition() + "-" + batch.firstOffset() + "-" + batch.nextOffset() + ".txt");
            List<String> lines = new ArrayList<>();
            batch.forEach(order -> lines.add(order.offset() + " " + order.key()));
            Path unfinished = Files.write(directory.resolve(file.getFileName() + ".tmp"), lines);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        };
        return builder.topic("orders", files, options -> options.plannedBatches(true));
    }

    static ProcessorBuilder transformed(ProcessorBuilder builder, Sink sink) {
        return builder.topic(
                "orders",
                sink,
                options -> options.filter(order -> order.key() != null)
                        .validate(order -> {
                            if (order.value() == null) {
                                throw new IllegalArgumentException("an order without content");
                            }
                        })
                        .map(order -> order.withKey(null)));
    }

    static ProcessorBuilder typed(ProcessorBuilder builder, List<Order> table) {
        Sink orders = TypedSink.of(record -> Order.of(record.value()), (batch, values) -> {
            for (TypedSink.TypedRecord<Order> value : values) {
                table.add(value.value());
            }
        });
        return builder.topic("orders", orders);
    }

    static ProcessorBuilder withDeadLetters(ProcessorBuilder builder, Sink sink, Path directory) throws IOException {
        return builder.topic("orders", sink)
                .onError(Stage.SINK, ErrorPolicy.afterAttempts(8, ErrorPolicy.Action.DEAD_LETTER))
                .onError(Stage.TRANSFORM, ErrorPolicy.afterAttempts(1, ErrorPolicy.Action.DEAD_LETTER))
                .onError(Stage.COMMIT, ErrorPolicy.afterAttempts(100, ErrorPolicy.Action.STOP_PROCESSOR))
                .deadLetters(FileDeadLetterSink.in(directory));
    }

    static Sink namingTheBadOne() {
        return batch -> {
            for (Record order : batch) {
                if (order.key() == null) {
                    throw new RecordFailedException(
                            order.offset(), new IllegalArgumentException("an order without a customer"));
                }
            }
        };
    }

    /** An epoch of each partition, where the application's rows are: in the same transaction, best. */
    interface Epochs {
        /** Keeps {@code epoch} unless a later one is kept; whether it did. */
        boolean keep(TopicPartition partition, long epoch);
    }

    static Sink refusingStaleWrites(Warehouse warehouse, Epochs epochs) {
        return batch -> {
            if (!epochs.keep(batch.topicPartition(), batch.context().epoch())) {
                throw new IllegalStateException(batch.topicPartition() + " has a later owner");
            }
            List<Record> orders = new ArrayList<>();
            batch.forEach(orders::add);
            warehouse.insert(orders);
        };
    }

    static ProcessorBuilder tuned(ProcessorBuilder builder) {
        return builder.batches(new BatchLimits(50_000, 32 << 20, Duration.ofSeconds(1)))
                .maxBufferedBytes(512L << 20)
                .maxConcurrentWrites(4)
                .startFrom(new StartPosition.Time(Instant.parse("2026-01-31T08:00:00Z")));
    }

    static void whileItRuns(Processor processor) {
        TopicPartition partition = new TopicPartition("orders", 0);
        processor.pause(partition);
        processor
                .seek(partition, new StartPosition.Offset(500))
                .thenAccept(offset -> System.out.println(partition + " goes on at " + offset));
        processor.resume(partition);
    }

    static EtcdCheckpointStore besideGoProcessors() {
        return EtcdCheckpointStore.builder("http://etcd:2379")
                .keyPrefix("processors")
                .build();
    }

    static void skipPast(CheckpointAdmin admin, long offset) throws IOException {
        admin.reset("warehouse", new TopicPartition("orders", 0), new StartPosition.Offset(offset + 1));
    }
}
