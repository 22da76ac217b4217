package io.kafscale.micrometer;

import static io.kafscale.micrometer.Orders.ORDERS_0;

import io.kafscale.processor.DeliveryEvent;
import io.kafscale.processor.ProcessorEvent;
import io.kafscale.processor.Stage;
import java.time.Duration;
import java.util.List;

/** One event of each kind that counts for something. */
final class AllEvents {

    private AllEvents() {}

    static List<ProcessorEvent> list() {
        return List.of(
                new DeliveryEvent.Delivered(ORDERS_0, 0, 12, 9, 3, 1, Duration.ofMillis(40)),
                new DeliveryEvent.Delivered(ORDERS_0, 12, 14, 0, 2, 1, Duration.ZERO),
                new DeliveryEvent.DeadLettered(ORDERS_0, 14, Stage.TRANSFORM, 3, "no such customer"),
                new DeliveryEvent.Skipped(ORDERS_0, 15, 20, Stage.DECODE, "damaged"),
                new ProcessorEvent.Gap(ORDERS_0, 20, 27),
                new ProcessorEvent.Overlap(ORDERS_0, "segment", 27, 30),
                new ProcessorEvent.Strays(ORDERS_0, "segment", 1, 11),
                new ProcessorEvent.Failed(Stage.FETCH, ORDERS_0, 1, "timeout"),
                new DeliveryEvent.Stopped(ORDERS_0, Stage.SINK, 3, "closed"),
                new DeliveryEvent.ProcessorStopped(Stage.COMMIT, ORDERS_0, "closed"),
                new ProcessorEvent.CatalogFailed("etcd is away"),
                new ProcessorEvent.SessionLost("worker", "expired"),
                new ProcessorEvent.CommitFenced(ORDERS_0, 30, "another"),
                new ProcessorEvent.Acquired(ORDERS_0, 1, 0),
                new ProcessorEvent.Lost(ORDERS_0, "expired"),
                new ProcessorEvent.Acquired(ORDERS_0, 2, 0),
                new ProcessorEvent.Released(ORDERS_0, 30));
    }
}
