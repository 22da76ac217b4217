package io.kafscale.config;

import io.kafscale.checkpoint.CheckpointStore;
import io.kafscale.discovery.ObjectStore;
import io.kafscale.processor.CheckpointAdmin;
import java.io.IOException;

/** The offsets that a file names, of groups that process the segments it names. Not thread safe but for the administrator. */
public final class OpenedOffsets implements AutoCloseable {

    private final Resources resources = new Resources();
    private final CheckpointAdmin admin;

    /** Opens them; what was opened is closed when one fails. */
    OpenedOffsets(KafscaleConfig config) throws IOException {
        Values values = config.values();
        if (values.get(FileKeys.BACKEND) == Backend.MEMORY) {
            throw config.problem(
                    values.position(FileKeys.BACKEND),
                    "offsets.backend is memory: its offsets end with the worker, and there are none to look at");
        }
        Stores named = new Stores(config, resources);
        try {
            ObjectStore segments = resources.add(named.segments());
            CheckpointStore checkpoints = resources.add(named.checkpoints());
            admin = CheckpointAdmin.of(checkpoints, segments, named.namespace());
        } catch (IOException | RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    /** Looks at them and moves them, until this is closed. */
    public CheckpointAdmin admin() {
        return admin;
    }

    @Override
    public void close() {
        resources.close();
    }
}
