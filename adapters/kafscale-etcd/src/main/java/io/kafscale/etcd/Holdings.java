package io.kafscale.etcd;

import io.kafscale.checkpoint.Lease;
import io.kafscale.segment.TopicPartition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a session holds. Thread safe; a change is made only while the holding is still of the lease it was meant for. */
final class Holdings {

    private final Map<TopicPartition, Holding> byPartition = new ConcurrentHashMap<>();

    /** The holding under exactly this lease, or null. */
    @Nullable
    Holding get(Lease lease) {
        Holding holding = byPartition.get(lease.partition());
        return holding != null && holding.lease().equals(lease) ? holding : null;
    }

    void put(Holding holding) {
        byPartition.put(holding.lease().partition(), holding);
    }

    void change(Lease lease, UnaryOperator<Holding> change) {
        byPartition.computeIfPresent(
                lease.partition(),
                (partition, holding) -> holding.lease().equals(lease) ? change.apply(holding) : holding);
    }

    void remove(Lease lease) {
        byPartition.computeIfPresent(
                lease.partition(), (partition, holding) -> holding.lease().equals(lease) ? null : holding);
    }

    /** Whether any is left that was not given back. */
    boolean anyKept() {
        return byPartition.values().stream().anyMatch(holding -> !holding.releasing());
    }
}
