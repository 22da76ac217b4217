package io.kafscale.benchmarks;

import io.kafscale.discovery.ObjectEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What nothing can be faster than that reads these objects: so many threads that get one after another, and look at none. */
final class RawGets {

    private RawGets() {}

    /** How many seconds it takes to get all segments. */
    static double seconds(SimulatedStore store, int parallel) {
        List<ObjectEntry> segments = store.segments();
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        try {
            long start = System.nanoTime();
            List<Future<?>> all = new ArrayList<>();
            for (ObjectEntry segment : segments) {
                all.add(threads.submit(() -> get(store, segment)));
            }
            for (Future<?> one : all) {
                one.get();
            }
            return (System.nanoTime() - start) / 1e9;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static int get(SimulatedStore store, ObjectEntry segment) {
        try {
            return store.read(segment).length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
