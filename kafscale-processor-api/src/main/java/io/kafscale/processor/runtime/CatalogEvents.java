package io.kafscale.processor.runtime;

import io.kafscale.discovery.TopicCatalog;
import io.kafscale.segment.TopicPartition;
import java.util.function.Consumer;

/** Passes on what a catalog tells. */
record CatalogEvents(Consumer<Event> events) implements TopicCatalog.Listener {

    @Override
    public void began() {
        events.accept(new Event.CatalogBegan());
    }

    @Override
    public void ended(String reason) {
        events.accept(new Event.CatalogEnded(reason));
    }

    @Override
    public void advanced(TopicPartition partition, long nextOffset) {
        events.accept(new Event.EndMoved(partition, nextOffset));
    }

    @Override
    public void partitionsChanged() {
        events.accept(new Event.PartitionsHint());
    }
}
